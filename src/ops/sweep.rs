//! The sweep: runs every detector, by hand or on schedule, notifies of its findings and remedies them.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use serde::Serialize;

use super::{
    alerts, checks, database, deadman, file, from_memory, incidents, readiness,
    remediation::{self, AutomaticRun},
    slo, unmeasured,
};
use crate::{
    context::Context,
    db::{LEASE_LASTS, LEASE_RENEW_EVERY, NewAudit},
    detectors::Registry,
    domain::{Act, ActOutcome, Check, Tally, Who},
    incidents::Taken,
    watchdog::PeriodicTask,
};

/// The lease that lets one of several instances sweep.
const LEASE: &str = "sweep";

/// The result of a scheduled run: the five counts that it returns and journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepStats {
    pub total: usize,
    pub passed: usize,
    pub failed: usize,
    pub alerts_sent: usize,
    pub remediations_triggered: usize,
}

/// Runs every detector on request, and starts the notifications and actions that the results call for.
pub async fn check_and_act(cx: &Arc<Context>, who: &Who) -> (Vec<Check>, SweepStats) {
    let registry = cx.settings.registry();
    let checks = checks::run(cx, &registry.runnable()).await;
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
    let tally = Tally::of(checks);
    let mut all = checks.to_vec();
    all.push(database::check(cx).await);
    let mut alerts_sent = 0;
    let mut runs = Vec::new();
    from_memory::record_unrecorded(cx).await;
    let cut_off = remediation::cut_off(cx).await;
    let mut remedied = HashSet::new();
    for (fault, taken) in alerts::take(cx, &all).await {
        alerts_sent += usize::from(matches!(taken, Taken::Notified { .. }));
        // One action remedies all faults of its detector.
        if (taken.wants_remediation(fault) || cut_off.finds(fault))
            && remedied.insert(&fault.source)
            && let Ok(detector) = registry.find(&fault.source)
        {
            runs.extend(
                remediation::automatic_run(cx, detector, fault.clone(), taken.alert_id()).await,
            );
        }
    }
    let stats = SweepStats {
        total: checks.len(),
        passed: tally.passed,
        failed: tally.failed,
        alerts_sent,
        remediations_triggered: runs.len(),
    };
    (stats, runs)
}

/// The scheduled job: checks, notifies, remediates and journals. `None` if another instance does it. It also runs while
/// the database is down.
pub async fn ops_health_check(cx: &Arc<Context>) -> Option<SweepStats> {
    match hold_lease(cx).await {
        Ok(true) => {}
        Ok(false) => {
            stand_by(cx);
            return None;
        }
        Err(error) => tracing::warn!(%error, "sweeping without a lease"),
    }
    let Some((stats, runs, recorded)) = journalled_sweep(cx).await else {
        tracing::warn!("another process sweeps now; what this sweep has found is not acted on");
        stand_by(cx);
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

fn stand_by(cx: &Context) {
    cx.sweeps.takes_over.store(true, Ordering::Relaxed);
    cx.sweeps.ended(cx.clock.now());
    // The other instance watches whether sweeps are journalled.
    cx.sweeps.journalled(&Ok(()));
    cx.metrics.hide_budgets();
}

/// Takes or renews the lease. False if another process holds it.
async fn hold_lease(cx: &Context) -> sqlx::Result<bool> {
    let (asked, now) = (Instant::now(), cx.clock.now());
    let holder = cx.standing_holder();
    let mine = cx
        .db
        .acquire_lease(LEASE, &holder, now, now + LEASE_LASTS)
        .await?;
    if mine {
        cx.sweeps.lease.renew(asked);
    } else {
        cx.sweeps.lease.lose();
    }
    Ok(mine)
}

/// Tells if no other process has taken over the sweeps. Checked before acting on results, because this process may have
/// been suspended since. An unreachable database does not hold alerts back.
async fn is_ours(cx: &Context) -> bool {
    cx.sweeps.lease.is_valid(Instant::now()) || hold_lease(cx).await.unwrap_or(true)
}

/// Keeps the lease between sweeps, so that one instance makes them all. Returns when this instance has taken the lease
/// over and must sweep at once, because the other's progress is unknown.
pub async fn keep_lease(cx: &Context) {
    loop {
        tokio::time::sleep(LEASE_RENEW_EVERY).await;
        let was_ours = cx.sweeps.lease.is_ours();
        match hold_lease(cx).await {
            Ok(true) if !was_ours => return,
            // An outage is reported elsewhere.
            Err(error) if cx.sweeps.lease.is_valid(Instant::now()) => {
                tracing::warn!(%error, "the sweep's lease cannot be renewed");
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// The sweep's result, the actions to start, and whether it is journalled. `None` if another process sweeps now.
async fn journalled_sweep(cx: &Context) -> Option<(SweepStats, Vec<AutomaticRun>, bool)> {
    let _turn = cx.sweeps.turn.lock().await;
    let started = Instant::now();
    let of_file = file::tend(cx).await;
    let run = cx.db.start_run(cx.clock.now()).await;
    if let Err(error) = cx.db.refresh_views().await {
        tracing::warn!(%error, "the views vw_slo_daily and vw_ops_health cannot be renewed");
    }
    remediation::end_interrupted(cx).await;
    let registry = cx.settings.registry();
    let mut checks = checks::run(cx, &registry.runnable()).await;
    if let Some(of_file) = of_file
        && let Some(place) = checks
            .iter_mut()
            .find(|check| check.source == of_file.source)
    {
        *place = of_file;
    }
    cx.round_completed(PeriodicTask::Sweep);
    if !is_ours(cx).await {
        return None;
    }
    let (stats, runs) = act_on(cx, &registry, &checks).await;
    if let Err(error) = incidents::close_unwatched(cx, &registry).await {
        tracing::error!(%error, "the incidents of removed detectors stay open");
    }
    cx.round_completed(PeriodicTask::Sweep);
    unmeasured::note(cx, &checks).await;
    if let Err(error) = slo::observe(cx, &checks).await {
        tracing::error!(%error, "the service levels cannot be judged");
    }
    let seconds = started.elapsed().as_secs_f64();
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
