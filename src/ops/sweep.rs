//! The sweep: runs every detector, by hand or on schedule, notifies of its findings and remedies them.

use std::{sync::Arc, time::Instant};

pub use super::acting::SweepStats;
use super::{
    acting::act,
    checks, configured, database, deadman, file, from_memory, incidents, readiness,
    remediation::{self, AutomaticRun, CutOff},
    slo, sweep_lease, unmeasured,
};
use crate::{
    context::Context,
    db::NewAudit,
    detectors::{Entry, Registry},
    domain::{Act, ActOutcome, Check, Who},
    watchdog::PeriodicTask,
};

/// Runs every detector on request, and starts the notifications and actions that the results call for.
pub async fn check_and_act(cx: &Arc<Context>, who: &Who) -> (Vec<Check>, SweepStats) {
    let registry = cx.settings.registry();
    let checks = checks::in_sweep(cx, &registry.runnable()).await;
    let (stats, runs) = act_on(cx, &registry, &checks).await;
    cx.audit(&NewAudit {
        who,
        act: Act::RunDetectors,
        subject: "every detector",
        outcome: ActOutcome::Done,
        detail: &format!(
            "{} alerts, {} remediations",
            stats.alerts_sent, stats.remediations_triggered
        ),
    })
    .await;
    for action in runs {
        action.start(cx);
    }
    (checks, stats)
}

/// Applies finished checks and the state of the database, and notifies. The caller starts the returned actions.
pub async fn act_on(
    cx: &Context,
    registry: &Registry,
    checks: &[Check],
) -> (SweepStats, Vec<AutomaticRun>) {
    let (stats, runs, _) = act_on_sweep(cx, registry, checks).await;
    (stats, runs)
}

/// The same, and what else the actions of this sweep are to take up.
async fn act_on_sweep(
    cx: &Context,
    registry: &Registry,
    checks: &[Check],
) -> (SweepStats, Vec<AutomaticRun>, CutOff) {
    let database = database::check(cx).await;
    from_memory::record_unrecorded(cx).await;
    let cut_off = remediation::cut_off(cx).await;
    let (stats, runs) = act(cx, registry, checks, Some(database), &cut_off).await;
    (stats, runs, cut_off)
}

/// The scheduled job: checks, notifies, remediates and journals. `None` if another instance does it. It also runs while
/// the database is down.
pub async fn ops_health_check(cx: &Arc<Context>) -> Option<SweepStats> {
    match sweep_lease::hold(cx).await {
        Ok(true) => {}
        Ok(false) => {
            sweep_lease::stand_by(cx);
            return None;
        }
        Err(error) => tracing::warn!(%error, "sweeping without a lease"),
    }
    let Some((stats, runs, recorded)) = journalled_sweep(cx).await else {
        tracing::warn!("another process sweeps now; what this sweep has found is not acted on");
        sweep_lease::stand_by(cx);
        return None;
    };
    // A sweep whose alerts reach no chat is no sign of life.
    if recorded
        && matches!(cx.telegram.reached(), Some(Ok(())))
        && readiness::undelivered(cx).await.is_empty()
    {
        deadman::ping(cx);
    }
    // After the run is journalled, because an action may lock the database.
    for action in runs {
        action.start(cx);
    }
    Some(stats)
}

/// The sweep's result, the actions to start, and whether it is journalled. `None` if another process sweeps now.
async fn journalled_sweep(cx: &Arc<Context>) -> Option<(SweepStats, Vec<AutomaticRun>, bool)> {
    let _turn = cx.sweeps.turn.lock().await;
    let started = Instant::now();
    let of_file = file::tend(cx).await;
    let run = cx.db.start_run(cx.clock.now()).await;
    if let Err(error) = cx.db.refresh_views().await {
        tracing::warn!(%error, "the views vw_slo_daily and vw_ops_health cannot be renewed");
    }
    remediation::end_interrupted(cx).await;
    let registry = cx.settings.registry();
    let configured = configured::start(cx, &registry);
    let mut built_in = registry.runnable();
    built_in.retain(Entry::is_built_in);
    let mut checks = checks::in_sweep(cx, &built_in).await;
    if let Some(of_file) = of_file
        && let Some(place) = checks
            .iter_mut()
            .find(|check| check.source == of_file.source)
    {
        *place = of_file;
    }
    cx.round_completed(PeriodicTask::Sweep);
    if !sweep_lease::is_ours(cx).await {
        return None;
    }
    let (mut stats, mut runs, cut_off) = act_on_sweep(cx, &registry, &checks).await;
    if let Err(error) = incidents::close_unwatched(cx, &registry).await {
        tracing::error!(%error, "the incidents of removed detectors stay open");
    }
    cx.round_completed(PeriodicTask::Sweep);
    unmeasured::note(cx, &checks).await;
    if let Err(error) = slo::observe(cx, &checks).await {
        tracing::error!(%error, "the service levels cannot be judged");
    }
    let seconds = started.elapsed().as_secs_f64();
    if let Some(configured) = configured
        && let Some((more, more_runs)) = configured.act(cx, registry, cut_off).await
    {
        stats = stats.and(more);
        runs.extend(more_runs);
    }
    let ended = cx.clock.now();
    let recorded = match run {
        Ok(run) => cx.db.finish_run(run, ended, seconds, &stats).await,
        Err(error) => Err(error),
    };
    cx.sweeps.journalled(&recorded);
    if let Err(error) = &recorded {
        tracing::error!(%error, "a run cannot be journalled");
    }
    cx.sweeps.ended(ended);
    cx.metrics.sweep_duration_seconds.set(seconds);
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds since 1970 fit for centuries"
    )]
    cx.metrics
        .sweep_last_timestamp_seconds
        .set(ended.utc().timestamp_micros() as f64 / 1e6);
    tracing::info!(?stats, seconds, "sweep");
    Some((stats, runs, recorded.is_ok()))
}
