//! Detects an unreachable database between sweeps, as an incident of its own that is notified from memory.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{alerts, from_memory};
use crate::{
    context::Context,
    domain::{Check, DATABASE, Finding, Fingerprint, Severity, Verdict},
    views::in_english,
};

/// With a probe that times out and a second one to confirm, an outage is noticed within 15 s.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// A single probe may fail by chance.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// The sweeping instance reports the outage. Another one does so if it lasts, because both may have failed together.
const STANDBY_WAITS: Duration = Duration::from_secs(60);
const KEY: &str = "unreachable";

/// Watches the database until the process stops.
pub async fn watch(cx: Arc<Context>) {
    // Waits like the first sweep, because a machine that has just started is busy.
    let mut wait = cx.settings.get().check_start_delay;
    let mut since = None;
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = LOOK_EVERY;
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = look(&cx, &mut since) => {}
        }
    }
}

/// `since` is the start of the current outage.
async fn look(cx: &Context, since: &mut Option<Instant>) {
    let Some(why) = out_of_reach(cx).await else {
        *since = None;
        end(cx).await;
        return;
    };
    let began = *since.get_or_insert_with(Instant::now);
    let waits = if cx.sweeps.lease.is_ours() {
        Duration::ZERO
    } else {
        STANDBY_WAITS
    };
    // Sweeps decide about reminders.
    if began.elapsed() >= waits && !cx.memory.is_open(&fault()) {
        from_memory::take(cx, &unreachable(cx, &why), &cx.settings.get().audience()).await;
    }
}

async fn out_of_reach(cx: &Context) -> Option<String> {
    cx.db.out_of_reach().await?;
    tokio::time::sleep(AGAIN_AFTER).await;
    cx.db.out_of_reach().await
}

/// The database answers again: stores the alerts sent meanwhile, and notifies the end.
async fn end(cx: &Context) {
    if cx.memory.is_open(&fault()) {
        from_memory::record_unrecorded(cx).await;
        alerts::take(cx, &[within_reach(cx)]).await;
    }
}

/// The state of the database, as a check for the sweep.
pub async fn check(cx: &Context) -> Check {
    match cx.db.out_of_reach().await {
        None => within_reach(cx),
        Some(why) => unreachable(cx, &why),
    }
}

fn fault() -> Fingerprint {
    Fingerprint::of(DATABASE, KEY)
}

fn unreachable(cx: &Context, why: &str) -> Check {
    let finding = Finding::new("finding-database-unreachable").text("cause", why);
    judged(cx, Verdict::fail(KEY, finding))
}

fn within_reach(cx: &Context) -> Check {
    judged(cx, Verdict::pass("finding-database-answers"))
}

fn judged(cx: &Context, verdict: Verdict) -> Check {
    let words = in_english(cx.clock.now());
    Check::judged(DATABASE, Severity::Critical, verdict, Duration::ZERO, words)
}
