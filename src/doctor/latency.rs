//! Checks that the source of the API's latency can be read and has data.

use super::{Check, Finding, Installation};
use crate::{
    detectors::{
        Scene,
        api_latency::{self, Looked},
    },
    facts::Facts,
};

pub const CHECK: Check = Check {
    name: "latency",
    needs: &[
        "PROMETHEUS_URL",
        "PROMETHEUS_QUERY",
        "PROMETHEUS_HEADERS",
        "API_METRICS_URL",
        "API_METRICS_NAME",
        "API_METRICS_HEADERS",
    ],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let db = match installation.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let facts = Facts::of(db.clone());
    let looked = api_latency::look(Scene::new(
        &facts,
        &installation.settings,
        &installation.web,
        installation.clock.now(),
    ))
    .await;
    vec![match looked {
        None => Finding::not_checked(
            "no source of the API's latency is connected",
            "set PROMETHEUS_URL or API_METRICS_URL to have it measured",
        ),
        Some(Ok(looked)) => judge(looked, installation.settings.slo_api_latency_p95_ms),
        Some(Err(blind)) => Finding::error(
            blind.to_string(),
            "check PROMETHEUS_URL and PROMETHEUS_QUERY, or API_METRICS_URL and API_METRICS_NAME",
        ),
    }]
}

pub fn judge(looked: Looked, target_ms: f64) -> Finding {
    let highest_ms = looked.highest_bound.map(|seconds| seconds * 1000.0);
    match (looked, highest_ms) {
        (Looked { several: true, .. }, _) => Finding::error(
            "several processes answer in turn at API_METRICS_URL, each with counters of its own: the latency cannot be measured",
            "use the multiprocess mode of its metrics library, or a Prometheus that asks each process",
        ),
        (_, Some(highest)) if highest < target_ms => Finding::warning(
            format!(
                "the highest bucket of the histogram ends at {highest} ms, below SLO_API_LATENCY_P95_MS ({target_ms}): a p95 above it cannot be judged"
            ),
            "choose a histogram with buckets up to the target, by API_METRICS_NAME or PROMETHEUS_QUERY, or a target below that",
        ),
        (
            Looked {
                has_counted: true, ..
            },
            _,
        ) => Finding::ok("the source has counted requests"),
        _ => Finding::warning(
            "the source can be asked, and has counted no requests of late",
            "see whether the platform's API is running and scraped",
        ),
    }
}
