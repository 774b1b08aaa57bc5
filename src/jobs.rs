//! Scheduled tasks.

use std::{
    sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::{
    context::Context,
    ops::{audit, facts, incidents, retention, sweep, sweep_lease, time},
    watchdog::PeriodicTask,
};

/// The delay after which the end of a silence or an escalation is noticed.
const TICK_EVERY: Duration = Duration::from_secs(5);

/// The interval for storing counted refusals and heartbeats.
const REFUSALS_EVERY: Duration = Duration::from_secs(60);
const HEARTBEATS_EVERY: Duration = Duration::from_secs(3600);

/// The delay before an unfinished deletion of old history continues.
const CUT_EVERY: Duration = Duration::from_secs(60);

/// Watches that sweeps keep coming, by the monotonic clock. The scheduler uses the wall clock: set back, it waits until
/// the time has come again; set forward by several intervals, it never starts another sweep.
pub struct Pace {
    every: Duration,
    newest: StdMutex<Option<Instant>>,
}

impl Pace {
    pub fn new(every: Duration) -> Self {
        Self {
            every,
            newest: StdMutex::default(),
        }
    }

    /// A sweep has started.
    pub fn beat(&self, now: Instant) {
        *self.newest() = Some(now);
    }

    /// The time left until the next sweep is overdue; `None` if it is.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        let overdue = (*self.newest())? + 2 * self.every;
        overdue
            .checked_duration_since(now)
            .filter(|wait| !wait.is_zero())
    }

    fn newest(&self) -> MutexGuard<'_, Option<Instant>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the health check after the start delay and then at its interval, until the process stops.
pub async fn run(cx: Arc<Context>) {
    let settings = cx.settings.get();
    tokio::select! {
        () = cx.stop.cancelled() => return,
        () = tokio::time::sleep(settings.check_start_delay) => {}
    }
    let sweeps = Arc::new(Sweeps {
        pace: Pace::new(settings.check_interval),
        alone: Mutex::default(),
    });
    while !cx.stop.is_cancelled() {
        if let Err(error) = sweeps.go_on(&cx).await {
            tracing::error!("the health check cannot be scheduled: {error:#}");
            cx.stop.cancel();
        }
    }
}

/// Applies the effects of time to incidents, until the process stops.
pub async fn keep_time(cx: Arc<Context>) {
    while !cx.stop.is_cancelled() {
        cx.round_completed(PeriodicTask::Time);
        if let Err(error) = time::keep(&cx.db, &cx.clock).await {
            tracing::warn!(%error, "a clock that is set back goes unnoticed until the database answers");
        }
        // The first sweep decides about the incidents of an earlier run.
        if cx.sweeps.last().is_some()
            && let Err(error) = incidents::tick(&cx).await
        {
            tracing::warn!(%error, "silences and escalations wait for the database");
        }
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(TICK_EVERY) => {}
        }
    }
}

/// Deletes old history, until the process stops.
pub async fn keep_history(cx: Arc<Context>) {
    // Waits for the first sweep, which is more urgent.
    let mut wait = cx.settings.get().check_start_delay;
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        if let Err(error) = retention::cut(&cx).await {
            tracing::warn!(%error, "old history cannot be deleted yet");
        }
        wait = CUT_EVERY;
    }
}

/// Verifies the daily facts after each sweep, until the process stops.
pub async fn keep_facts(cx: Arc<Context>) {
    while !cx.stop.is_cancelled() {
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = follow_facts(&cx) => {}
        }
    }
}

async fn follow_facts(cx: &Context) {
    cx.sweeps.has_ended.notified().await;
    if let Err(error) = facts::follow(cx).await {
        tracing::warn!(%error, "old days are verified after the next sweep");
    }
}

/// Stores the counters until the process stops, and the rest then.
pub async fn keep_books(cx: Arc<Context>) {
    let mut told = Instant::now();
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(REFUSALS_EVERY) => {}
        }
        let stops = cx.stop.is_cancelled();
        audit::tell_more(&cx).await;
        if stops || told.elapsed() >= HEARTBEATS_EVERY {
            audit::tell_heartbeats(&cx).await;
            told = Instant::now();
        }
        if stops {
            return;
        }
    }
}

struct Sweeps {
    pace: Pace,
    /// The scheduler does not prevent overlapping runs.
    alone: Mutex<()>,
}

impl Sweeps {
    /// Runs until the process stops, or until sweeps no longer come.
    async fn go_on(self: &Arc<Self>, cx: &Arc<Context>) -> anyhow::Result<()> {
        let mut scheduler = self.schedule(cx).await?;
        self.pace.beat(Instant::now());
        self.begin_one(cx);
        loop {
            tokio::select! {
                () = cx.stop.cancelled() => break,
                () = self.cease() => {
                    tracing::warn!("no sweep has come for two intervals, as when the clock is set; the schedule is started again");
                    break;
                }
                () = sweep_lease::keep(cx) => {
                    tracing::warn!("the instance that swept is gone; this one takes over");
                    self.begin_one(cx);
                }
            }
        }
        if let Err(error) = scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop in order");
        }
        Ok(())
    }

    async fn cease(&self) {
        while let Some(wait) = self.pace.patience(Instant::now()) {
            tokio::time::sleep(wait).await;
        }
    }

    async fn schedule(self: &Arc<Self>, cx: &Arc<Context>) -> anyhow::Result<JobScheduler> {
        let scheduler = JobScheduler::new().await?;
        let (sweeps, cx) = (Arc::clone(self), Arc::clone(cx));
        let job = Job::new_repeated_async(self.pace.every, move |_, _| {
            let (sweeps, cx) = (Arc::clone(&sweeps), Arc::clone(&cx));
            Box::pin(async move { sweeps.begin_one(&cx) })
        })
        .context("OPS_CHECK_INTERVAL_SEC")?;
        scheduler.add(job).await?;
        scheduler.start().await?;
        Ok(scheduler)
    }

    /// As a tracked task: the scheduler's shutdown does not wait for its jobs, the tracker's does.
    fn begin_one(self: &Arc<Self>, cx: &Arc<Context>) {
        let (sweeps, cx) = (Arc::clone(self), Arc::clone(cx));
        cx.clone()
            .tasks
            .spawn(async move { sweeps.health_check(&cx).await });
    }

    async fn health_check(&self, cx: &Arc<Context>) {
        self.pace.beat(Instant::now());
        let Ok(_guard) = self.alone.try_lock() else {
            tracing::warn!("the previous sweep is still running; this one is left out");
            return;
        };
        if !cx.stop.is_cancelled() {
            sweep::ops_health_check(cx).await;
            cx.round_completed(PeriodicTask::Sweep);
        }
    }
}
