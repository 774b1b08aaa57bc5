//! Runs detectors, and tells how each of them stands.

use crate::{
    context::Context,
    detectors::{self, Entry, Scene},
    domain::{Check, Timestamp},
};

/// Runs detectors on request and counts their results. Sends no notifications.
pub async fn run(cx: &Context, which: &[Entry]) -> Vec<Check> {
    let settings = cx.settings.get();
    let scene = Scene::new(&cx.facts, &settings, &cx.web, cx.clock.now());
    counted(cx, which, scene).await
}

/// The same by schedule.
pub async fn in_sweep(cx: &Context, which: &[Entry]) -> Vec<Check> {
    let settings = cx.settings.get();
    let scene = Scene::new(&cx.facts, &settings, &cx.web, cx.clock.now());
    counted(cx, which, scene.of_a_sweep()).await
}

async fn counted(cx: &Context, which: &[Entry], scene: Scene<'_>) -> Vec<Check> {
    let checks = detectors::run(which, scene).await;
    cx.check_runs.ran(&checks, scene.now, scene.in_sweep);
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

/// A check with its newest run in this process.
pub struct KnownCheck {
    pub entry: Entry,
    pub last: Option<(Timestamp, Check)>,
    /// About when it runs next; `None` if nothing runs it.
    pub next: Option<Timestamp>,
}

/// Every check that there is.
pub fn known(cx: &Context) -> Vec<KnownCheck> {
    let registry = cx.settings.registry();
    let settings = cx.settings.get();
    let length = |length| chrono::Duration::from_std(length).unwrap_or_default();
    let interval = length(settings.check_interval);
    let sweep = match cx.sweeps.last() {
        Some(last) => last + interval,
        None => cx.started_at + length(settings.check_start_delay),
    };
    let known = registry.iter().map(|entry| {
        let scheduled = cx.check_runs.scheduled(entry.name());
        let own = entry.every().zip(scheduled);
        // The sweep nearest to it may be half an interval sooner.
        let own = own.map(|(every, last)| last + every - interval / 2);
        KnownCheck {
            entry: entry.clone(),
            last: cx
                .check_runs
                .last(entry.name())
                .map(|run| (run.at, run.check)),
            next: entry
                .can_run()
                .then(|| own.map_or(sweep, |own| own.max(sweep))),
        }
    });
    known.collect()
}
