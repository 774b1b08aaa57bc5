//! The common parts of both sources of counts.

use std::time::Duration as StdDuration;

use chrono::Duration;
use md5::{Digest, Md5};
use url::Url;

use crate::{db::LatencyPolicy, detectors::Scene, settings::Header};

/// The window of the current p95: twice the usual interval of sweeps, so that one slow minute does not raise the alarm,
/// and short enough for the alarm to end soon after its cause.
pub const WINDOW: Duration = Duration::minutes(10);
/// A sweep that is late by half the window still counts as current.
const LONGEST: Duration = Duration::minutes(15);

/// The state of a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looked {
    /// Tells if it has seen requests, a Prometheus within the window, a page since it began.
    pub has_counted: bool,
    /// In seconds.
    pub highest_bound: Option<f64>,
    /// Tells if several processes answer in turn.
    pub several: bool,
}

/// The key of a source's counts. It changes with the address or the query; credentials do not matter and are not
/// stored.
pub fn key(kind: &str, url: &Url, query: &str) -> String {
    let mut url = url.clone();
    // Neither can fail for an address with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let hash = Md5::digest(format!("{url}\n{query}"));
    format!("{kind}:{}", hex::encode(hash))
}

pub fn policy(scene: Scene<'_>) -> LatencyPolicy {
    let interval = Duration::from_std(scene.settings.check_interval).unwrap_or(LONGEST);
    LatencyPolicy {
        calendar: scene.settings.calendar(),
        target_seconds: scene.settings.slo_api_latency_p95_ms / 1000.0,
        longest: LONGEST.max(interval * 2),
    }
}

/// Leaves time for the database within the detector's limit, so that a slow source is not reported as a crash.
pub fn limit(scene: Scene<'_>) -> StdDuration {
    scene.settings.detector_timeout * 3 / 4
}

pub fn pairs(headers: &[Header]) -> impl Iterator<Item = (&str, &str)> {
    headers
        .iter()
        .map(|header| (header.name.as_str(), header.value()))
}
