//! The API's p95 latency, of what a Prometheus or the platform's own metrics page has counted.

mod asking;
mod blind;
mod page;
mod prometheus;
mod scraping;
mod source;

use self::{
    blind::{BLIND, Blind, Unmeasured},
    source::WINDOW,
};
use super::{Detector, Scene};
use crate::domain::{Arg, Histogram, P95, Severity, Target, Verdict};

pub use self::{
    page::{PageError, read as read_page},
    scraping::DEFAULT_NAME,
    source::Looked,
};

/// Among fewer requests the slowest one is more than the 5 % that may be slow, so it alone would be the p95.
const FEWEST_REQUESTS: u32 = 20;

pub const DETECTOR: Detector = Detector {
    name: "check_api_latency_p95",
    severity: Severity::Warning,
    target: Some(Target::ApiLatency),
    reads: &[],
    also_reads: &[],
    thresholds: &[],
    runbook: include_str!("../../../runbooks/check_api_latency_p95.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let settings = scene.settings;
    let counted = match (&settings.prometheus_url, &settings.api_metrics_url) {
        (Some(url), _) => asking::ask(scene, url.url()).await,
        (None, Some(url)) => scraping::scrape(scene, url.url()).await,
        (None, None) => {
            return Ok(Verdict::not_measured("finding-latency-unmeasured"));
        }
    };
    match counted {
        Ok(()) => {}
        Err(Unmeasured::Several) => return Ok(Verdict::not_measured("finding-latency-several")),
        Err(Unmeasured::Blind(blind)) => return Ok(blind.verdict()),
        // The database may be busy; earlier counts can still be judged.
        Err(Unmeasured::Database(error)) => {
            tracing::warn!(%error, "the API's latency is not written down");
        }
    }
    let current = scene.db.latency_since(scene.now - WINDOW).await?;
    Ok(judge(&current, settings.slo_api_latency_p95_ms))
}

/// Judges the requests of the last [`WINDOW`].
pub fn judge(current: &Histogram, target_ms: f64) -> Verdict {
    let requests = Arg::Count(whole(current.total()));
    let minutes = Arg::Count(WINDOW.num_minutes());
    let p95 = current.quantile(P95);
    let Some(p95) = p95.filter(|_| current.total() >= f64::from(FEWEST_REQUESTS)) else {
        return Verdict::not_measured("finding-latency-few")
            .over(&BLIND)
            .figure("requests", requests)
            .figure("window_minutes", minutes)
            .figure("fewest_requests", Arg::count(FEWEST_REQUESTS));
    };
    // Judged as displayed, so that text and figures never disagree.
    let p95_ms = tenths(p95.seconds * 1000.0);
    let verdict = verdict(p95_ms, p95.at_least, target_ms)
        .figure("current_p95_ms", Arg::Millis(p95_ms))
        .figure("target_ms", Arg::Millis(target_ms))
        .figure("requests", requests)
        .figure("window_minutes", minutes);
    if p95.at_least {
        verdict.with("above_highest_bucket", true)
    } else {
        verdict
    }
}

/// Above the highest bucket the p95 is more than its bound.
fn verdict(p95_ms: f64, above_bound: bool, target_ms: f64) -> Verdict {
    let fails = p95_ms > target_ms || (above_bound && p95_ms >= target_ms);
    match (fails, above_bound) {
        (true, true) => Verdict::fail("p95", "finding-latency-slow-open"),
        (true, false) => Verdict::fail("p95", "finding-latency-slow"),
        (false, true) => Verdict::not_measured("finding-latency-open").over(&BLIND),
        (false, false) => Verdict::pass("finding-latency-right"),
    }
}

/// Looks at the source without counting anything. `None` when no source is connected.
pub async fn look(scene: Scene<'_>) -> Option<Result<Looked, Blind>> {
    match (
        &scene.settings.prometheus_url,
        &scene.settings.api_metrics_url,
    ) {
        (Some(url), _) => asking::look(scene, url.url()).await,
        (None, Some(url)) => Some(scraping::look(scene, url.url()).await),
        (None, None) => None,
    }
}

fn tenths(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

#[expect(clippy::cast_possible_truncation, reason = "a count of requests")]
fn whole(figure: f64) -> i64 {
    figure.round() as i64
}
