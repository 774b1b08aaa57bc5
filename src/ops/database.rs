//! A database that cannot be reached: one fault of its own, noticed between sweeps, and told from memory.

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

/// With a look that waits for an answer in vain, and the second one that makes sure, a quarter of a minute.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// One look may fall into a moment's trouble.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// The instance that sweeps tells it. Another one does so when the outage lasts: the two may have gone together.
const STANDBY_WAITS: Duration = Duration::from_secs(60);
const KEY: &str = "unreachable";

/// Looks after it until the process is to stop.
pub async fn watch(cx: Arc<Context>) {
    // As the first sweep does: a machine that has just started has other troubles.
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

/// `since` is when the outage began, if there is one.
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
    // Whether it still stands, and is told again, is the sweeps' business.
    if began.elapsed() >= waits && !cx.memory.is_open(&fault()) {
        from_memory::take(cx, &unreachable(cx, &why), &cx.settings.get().audience()).await;
    }
}

async fn out_of_reach(cx: &Context) -> Option<String> {
    cx.db.out_of_reach().await?;
    tokio::time::sleep(AGAIN_AFTER).await;
    cx.db.out_of_reach().await
}

/// It answers again: what was told is written down, and its end is told.
async fn end(cx: &Context) {
    if cx.memory.is_open(&fault()) {
        from_memory::record_unrecorded(cx).await;
        alerts::take(cx, &[within_reach(cx)]).await;
    }
}

/// How it stands with the database, for a sweep.
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
