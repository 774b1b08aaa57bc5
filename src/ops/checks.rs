//! Runs detectors.

use crate::{
    context::Context,
    detectors::{self, DETECTORS, Detector, Scene},
    domain::Check,
};

/// Runs detectors and counts their results. Sends no notifications.
pub async fn run(cx: &Context, which: &[&'static Detector]) -> Vec<Check> {
    let settings = cx.settings.get();
    let scene = Scene::new(&cx.db, &settings, &cx.web, cx.clock.now());
    let checks = detectors::run(which, scene).await;
    for check in &checks {
        if check.failed() && check.standing.is_none() {
            let crashes = &cx.metrics.detector_crashes_total;
            crashes.with_label_values(&[check.source]).inc();
        }
        cx.metrics
            .detector_checks_total
            .with_label_values(&[check.source, check.status.as_str()])
            .inc();
        cx.metrics
            .detector_check_duration_seconds
            .observe(check.source, check.duration);
    }
    checks
}

/// Runs one detector and counts its result. Nobody is told.
pub async fn run_one(cx: &Context, detector: &'static Detector) -> Check {
    run(cx, &[detector]).await.remove(0)
}

pub fn all() -> Vec<&'static Detector> {
    DETECTORS.iter().collect()
}
