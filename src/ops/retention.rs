//! Deletes history older than `RETENTION_DAYS`, in small batches.

use std::time::Duration;

use chrono::Days;

use super::lease::Lease;
use crate::{
    context::Context,
    db::{HistoryStart, KEPT, Kept, is_outage},
    domain::Timestamp,
};

/// The lease that lets one of several instances delete.
const LEASE: &str = "retention";
/// Rows expire by the day, so an hourly run is enough.
const EVERY: chrono::Duration = chrono::Duration::hours(1);
/// Rows per statement: some milliseconds, during which `SQLite`'s other writers wait.
const BATCH: u16 = 500;
/// A pause between two statements, so that others get the database.
const PAUSE: Duration = Duration::from_millis(20);
/// Statements per pass: 100,000 rows. The rest follows in the next pass, a minute later.
const BATCHES: usize = 200;

/// The outcome of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Another instance does it, or the last pass was recent.
    NotDue,
    /// All expired rows are deleted.
    Done,
    /// There is more.
    Unfinished,
}

/// Deletes expired rows, at most once per hour.
pub async fn cut(cx: &Context) -> sqlx::Result<Pass> {
    let now = cx.clock.now();
    if let Some(at) = cx.db.history_cut_at().await? {
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds since 1970 fit for ages"
        )]
        cx.metrics
            .retention_last_timestamp_seconds
            .set(at.utc().timestamp() as f64);
        // A moment in the future was written by a wrong clock.
        if at <= now && now.since(at) < EVERY {
            return Ok(Pass::NotDue);
        }
    }
    let Some(lease) = Lease::take(cx, LEASE).await? else {
        return Ok(Pass::NotDue);
    };
    let passed = lease.during(cx, pass(cx, now)).await;
    passed.unwrap_or(Ok(Pass::NotDue))
}

async fn pass(cx: &Context, now: Timestamp) -> sqlx::Result<Pass> {
    let history = history_start(cx, now);
    // Before deleting anything: a partly deleted day must not look complete.
    cx.db.begin_history_at(history.day).await?;
    let mut left = BATCHES;
    let mut refused = false;
    for kept in KEPT {
        match clear(cx, kept, history, now, &mut left).await? {
            Cleared::All => {}
            Cleared::Some => return Ok(Pass::Unfinished),
            Cleared::Refused => refused = true,
        }
    }
    while gather_a_day(cx, now).await? {
        if !may_go_on(cx, &mut left).await {
            return Ok(Pass::Unfinished);
        }
    }
    // Otherwise it would look done until an operator asks why the table grows.
    if refused {
        return Ok(Pass::Unfinished);
    }
    cx.db.history_was_cut(now).await?;
    Ok(Pass::Done)
}

/// The outcome for one table.
enum Cleared {
    All,
    Some,
    /// The database refuses the deletion.
    Refused,
}

async fn clear(
    cx: &Context,
    kept: &Kept,
    history: HistoryStart,
    now: Timestamp,
    left: &mut usize,
) -> sqlx::Result<Cleared> {
    loop {
        match forget_some(cx, kept, history, now).await {
            Ok(true) if may_go_on(cx, left).await => {}
            Ok(true) => return Ok(Cleared::Some),
            Ok(false) => return Ok(Cleared::All),
            Err(error) if is_outage(&error) && cx.db.ping().await.is_err() => return Err(error),
            // The other tables do not depend on this one.
            Err(error) => {
                tracing::warn!(%error, table = kept.table, "old rows cannot be deleted");
                return Ok(Cleared::Refused);
            }
        }
    }
}

async fn may_go_on(cx: &Context, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    tokio::time::sleep(PAUSE).await;
    *left > 0 && !cx.stop.is_cancelled()
}

/// Whole days: `RETENTION_DAYS` of them, and today.
fn history_start(cx: &Context, now: Timestamp) -> HistoryStart {
    let settings = cx.settings.get();
    let calendar = settings.calendar();
    let day = calendar.today(now) - Days::new(settings.retention_days.into());
    HistoryStart {
        day,
        moment: calendar.start_of(day),
    }
}

/// Returns true if there may be more.
async fn forget_some(
    cx: &Context,
    kept: &Kept,
    history: HistoryStart,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let _turn = cx.sweeps.turn.lock().await;
    let gone = cx.db.forget(kept, history, now, BATCH.into()).await?;
    cx.metrics
        .retention_deleted_rows_total
        .with_label_values(&[kept.table])
        .inc_by(gone);
    Ok(gone == u64::from(BATCH))
}

async fn gather_a_day(cx: &Context, now: Timestamp) -> sqlx::Result<bool> {
    let _turn = cx.sweeps.turn.lock().await;
    cx.db.gather_a_day(now).await
}
