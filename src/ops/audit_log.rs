//! Copies the audit to `AUDIT_LOG`, row by row in the order in which they were written. What has been copied last is on
//! record, so that nothing is missing there after a crash; a row may be there twice.

mod writing;

use std::{sync::Arc, time::Duration};

use serde_json::json;

pub use self::writing::last_of;
use crate::{
    context::Context,
    db::AuditRow,
    settings::AuditLog,
    views::{audit_log_back, audit_log_broken},
};

/// Other processes write to the audit too, such as a backup.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Rows that are copied at once.
const BATCH: i64 = 200;

#[derive(Debug, thiserror::Error)]
enum CopyError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What is known of the copy.
#[derive(Default)]
struct State {
    /// Where it goes, and the row that was copied last.
    copied: Option<(AuditLog, i64)>,
    broken: bool,
}

/// Goes on until the process is to stop.
pub async fn keep(cx: Arc<Context>) {
    let mut state = State::default();
    loop {
        let log = cx.settings.get().audit_log.clone();
        if let Some(log) = &log {
            let outcome = copy(&cx, log, &mut state).await;
            tell(&cx, log, outcome, &mut state).await;
        }
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = cx.books.written.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn copy(cx: &Context, log: &AuditLog, state: &mut State) -> Result<(), CopyError> {
    let mut last = match &state.copied {
        Some((known, last)) if known == log => *last,
        _ => first(cx, log).await?,
    };
    loop {
        let rows = cx.db.audit_since(last, BATCH).await?;
        let Some(newest) = rows.last() else { break };
        last = newest.id;
        let lines = rows.iter().map(line).collect();
        writing::write(log.clone(), lines).await?;
        cx.db.audit_copied(&log.to_string(), last).await?;
        state.copied = Some((log.clone(), last));
    }
    state.copied = Some((log.clone(), last));
    Ok(())
}

/// The row after which to begin: that of a file's last line, or else what is on record.
async fn first(cx: &Context, log: &AuditLog) -> Result<i64, CopyError> {
    let in_file = last_of(log.clone()).await?;
    let copied = match in_file {
        Some(last) => last.id,
        None => cx.db.audit_copied_to(&log.to_string()).await?,
    };
    // After a restored backup the numbers begin anew at an earlier one.
    Ok(copied.min(cx.db.newest_audit().await?))
}

/// The chats hear once that it fails, and once that it goes on.
async fn tell(cx: &Context, log: &AuditLog, outcome: Result<(), CopyError>, state: &mut State) {
    let message = match outcome {
        Ok(()) if state.broken => {
            tracing::info!(%log, "AUDIT_LOG is written again");
            state.broken = false;
            audit_log_back(&cx.voice())
        }
        Ok(()) => return,
        Err(CopyError::Database(error)) => {
            tracing::debug!(%error, "the audit cannot be read to be copied");
            return;
        }
        Err(CopyError::Io(_)) if state.broken => return,
        Err(CopyError::Io(error)) => {
            tracing::error!(%error, %log, "AUDIT_LOG cannot be written; the audit goes on in the database");
            state.broken = true;
            audit_log_broken(&cx.voice(), &log.to_string(), &error.to_string())
        }
    };
    let chats = cx.settings.get().alert_chats.clone();
    if let Err(error) = cx.post(&chats, message).await {
        tracing::warn!(%error, "the state of AUDIT_LOG cannot be told");
    }
}

/// One line of JSON, with the digest, by which a copy of the chain can be checked without the database.
fn line(row: &AuditRow) -> String {
    json!({
        "id": row.id,
        "at": row.at.iso(),
        "actor": row.actor,
        "actor_name": row.actor_name,
        "door": row.door,
        "from": row.origin,
        "act": row.act,
        "subject": row.subject,
        "outcome": row.outcome,
        "detail": row.detail,
        "hash": row.hash,
    })
    .to_string()
}
