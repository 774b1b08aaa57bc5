//! Copies the audit to `AUDIT_LOG`, row by row and in order. The last copied row is recorded, so that none is missing
//! after a crash; a row may be copied twice.

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

/// Other processes, such as a backup, write to the audit too.
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

/// The state of the copy.
#[derive(Default)]
struct State {
    /// The target, and the id of the last copied row.
    copied: Option<(AuditLog, i64)>,
    broken: bool,
}

/// Runs until the process stops.
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

/// The row after which copying starts: from a file's last line, or from the record.
async fn first(cx: &Context, log: &AuditLog) -> Result<i64, CopyError> {
    let in_file = last_of(log.clone()).await?;
    let copied = match in_file {
        Some(last) => last.id,
        None => cx.db.audit_copied_to(&log.to_string()).await?,
    };
    // After restoring a backup, the ids start again at an earlier one.
    Ok(copied.min(cx.db.newest_audit().await?))
}

/// Notifies the chats once when copying fails, and once when it works again.
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

/// One line of JSON, including the digest, so that a copy of the chain can be verified without the database.
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
