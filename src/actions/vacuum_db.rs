//! Gives the database's unused space back.

use std::time::Duration;

use super::{Action, ActionError, Task};
use crate::domain::megabytes;

/// A few hundred MB a second, and a database of some dozens of GB.
const LIMIT: Duration = Duration::from_secs(900);

pub const ACTION: Action = Action {
    name: "remediate_vacuum_db",
    mapped_to: &["check_db_growth"],
    // The database gives up by itself, before this.
    timeout: LIMIT.saturating_add(Duration::from_secs(60)),
    run: |task| Box::pin(run(task)),
};

async fn run(Task { cx, .. }: Task<'_>) -> Result<String, ActionError> {
    let size = cx.db.vacuum(LIMIT).await.map_err(|error| {
        if is_busy(&error) {
            ActionError::Retry(error.into())
        } else {
            // A disk that is full or a database that is too large would be so again, with every writer waiting.
            ActionError::Final(error.to_string())
        }
    })?;
    Ok(format!(
        "Database vacuumed successfully: {:.1} MB before, {:.1} MB after",
        megabytes(size.before),
        megabytes(size.after)
    ))
}

/// Somebody else is at the database at this moment.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    // SQLITE_BUSY and its kin; PostgreSQL's lock_not_available and deadlock_detected.
    matches!(
        code.as_deref(),
        Some("5" | "6" | "261" | "517" | "55P03" | "40P01")
    )
}
