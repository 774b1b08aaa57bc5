//! Whether the source of the API's latency can be asked, and has something to tell.

use super::{Check, Finding, Scene};
use crate::detectors::{self, api_latency};

pub const CHECK: Check = Check {
    name: "latency",
    needs: &["PROMETHEUS_URL", "PROMETHEUS_QUERY", "API_METRICS_URL"],
    run: |scene| Box::pin(look(scene)),
};

async fn look(scene: &Scene) -> Vec<Finding> {
    let db = match scene.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let looked = api_latency::look(detectors::Scene {
        db,
        settings: &scene.settings,
        web: &scene.web,
        now: scene.clock.now(),
    })
    .await;
    vec![match looked {
        None => Finding::not_checked(
            "no source of the API's latency is connected",
            "set PROMETHEUS_URL or API_METRICS_URL to have it measured",
        ),
        Some(Ok(true)) => Finding::ok("the source has counted requests"),
        Some(Ok(false)) => Finding::warning(
            "the source can be asked, and has counted no requests of late",
            "see whether the platform's API is running and scraped",
        ),
        Some(Err(blind)) => Finding::error(
            blind.to_string(),
            "check PROMETHEUS_URL, PROMETHEUS_QUERY and API_METRICS_URL",
        ),
    }]
}
