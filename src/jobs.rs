//! What runs by the clock.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::{
    context::Context,
    ops::{incidents, retention, sweep},
    pulse::Part,
};

/// How soon a silence that is over, or an incident that nobody has taken on, is told.
const TICK_EVERY: Duration = Duration::from_secs(5);

/// How soon a pass over old history that was left unfinished goes on.
const CUT_EVERY: Duration = Duration::from_secs(60);

/// Runs the health check after the start delay and then at its interval, until the process is to stop.
pub async fn run(cx: Arc<Context>) {
    let settings = cx.settings.get();
    tokio::select! {
        () = cx.stop.cancelled() => return,
        () = tokio::time::sleep(settings.check_start_delay) => {}
    }
    // Runs of the scheduler overlap unless something keeps them apart.
    let alone = Arc::new(Mutex::new(()));
    match schedule(&cx, &alone, settings.check_interval).await {
        Ok(mut scheduler) => {
            health_check(&cx, &alone).await;
            tokio::select! {
                () = cx.stop.cancelled() => {}
                never = sweep::keep_lease(&cx) => match never {},
            }
            if let Err(error) = scheduler.shutdown().await {
                tracing::warn!(%error, "the scheduler did not stop in order");
            }
        }
        Err(error) => {
            tracing::error!("the health check cannot be scheduled: {error:#}");
            cx.stop.cancel();
        }
    }
}

/// Looks after what time does to incidents, until the process is to stop.
pub async fn keep_time(cx: Arc<Context>) {
    while !cx.stop.is_cancelled() {
        cx.beat(Part::Time);
        // What the incidents of an earlier run have come to, the first sweep has to say.
        if cx.last_sweep().is_some()
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

/// Deletes old history, until the process is to stop.
pub async fn keep_history(cx: Arc<Context>) {
    // Not before the first sweep: whatever it finds is more urgent.
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

async fn schedule(
    cx: &Arc<Context>,
    alone: &Arc<Mutex<()>>,
    every: Duration,
) -> anyhow::Result<JobScheduler> {
    let scheduler = JobScheduler::new().await?;
    let (cx, alone) = (Arc::clone(cx), Arc::clone(alone));
    let job = Job::new_repeated_async(every, move |_, _| {
        let (cx, alone) = (Arc::clone(&cx), Arc::clone(&alone));
        Box::pin(async move {
            let tasks = cx.tasks.clone();
            // The scheduler's shutdown does not wait for its jobs; the tracker's does.
            tasks.spawn(async move { health_check(&cx, &alone).await });
        })
    })
    .context("OPS_CHECK_INTERVAL_SEC")?;
    scheduler.add(job).await?;
    scheduler.start().await?;
    Ok(scheduler)
}

async fn health_check(cx: &Arc<Context>, alone: &Mutex<()>) {
    let Ok(_guard) = alone.try_lock() else {
        tracing::warn!("the previous sweep is still running; this one is left out");
        return;
    };
    if !cx.stop.is_cancelled() {
        sweep::ops_health_check(cx).await;
        cx.beat(Part::Sweep);
    }
}
