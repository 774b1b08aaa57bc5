//! The API's p95 latency: from the counters of a metrics page or of a real Prometheus to the alert in the chat.

mod api;
mod judging;
mod order;
mod processes;
mod prometheus;
mod quantiles;
mod reading;
mod real_prometheus;
mod redirects;
mod scraping;
mod told;
mod troubles;

use sovani_ops::{
    detectors::{self, Scene},
    domain::{Check, Histogram, Timestamp},
    settings::{Settings, Source},
    web::Web,
};

use crate::support::{checks::detector, database::TestDatabase};

const NAME: &str = "check_api_latency_p95";

/// Upper bounds in seconds, and counts.
type Buckets = [(f64, f64)];

fn about(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6
}

/// Counters in Prometheus' manner, each including those below it.
fn cumulative(buckets: &Buckets) -> Histogram {
    Histogram::from_cumulative(buckets.iter().copied()).unwrap()
}

/// One run of the detector on these settings at this moment.
/// Without the alarm of the error budget.
async fn check<S: Into<String> + Clone>(
    database: &TestDatabase,
    settings: &[(&'static str, S)],
    now: Timestamp,
) -> Check {
    let source = settings.iter().fold(
        Source::fixed([("SLO_BURN_TIERS", "none")]),
        |source, (name, value)| source.with(name, value.clone()),
    );
    let settings = Settings::load(&source, &sovani_ops::actions::known()).unwrap();
    let web = Web::new().unwrap();
    let facts = database.facts();
    let scene = Scene::new(&facts, &settings, &web, now);
    detectors::run(&[detector(NAME)], scene).await.remove(0)
}
