//! Runs detectors.

use crate::{
    context::Context,
    detectors::{self, Entry, Scene},
    domain::Check,
};

/// Runs detectors and counts their results. Sends no notifications.
pub async fn run(cx: &Context, which: &[Entry]) -> Vec<Check> {
    let settings = cx.settings.get();
    let scene = Scene::new(&cx.facts, &settings, &cx.web, cx.clock.now());
    let checks = detectors::run(which, scene).await;
    for (detector, check) in which.iter().zip(&checks) {
        let label = detector.label();
        if check.failed() && check.standing.is_none() {
            let crashes = &cx.metrics.detector_crashes_total;
            crashes.with_label_values(&[label]).inc();
        }
        cx.metrics
            .detector_checks_total
            .with_label_values(&[label, check.status.as_str()])
            .inc();
        cx.metrics
            .detector_check_duration_seconds
            .observe(label, check.duration);
    }
    checks
}

/// Runs one detector and counts its result. Sends no notifications.
pub async fn run_one(cx: &Context, detector: &Entry) -> Check {
    run(cx, std::slice::from_ref(detector)).await.remove(0)
}
