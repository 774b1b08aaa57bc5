//! Gives the database's unused space back.

use std::time::Duration;

use super::{Action, ActionError, Task};

const MB: i64 = 1024 * 1024;

/// A few hundred MB a second, and a database of some dozens of GB.
const LIMIT: Duration = Duration::from_secs(900);

pub const ACTION: Action = Action {
    name: "remediate_vacuum_db",
    about: "Runs VACUUM. Writers wait while it runs; SQLite needs as much free disk space as the database takes.",
    mapped_to: &["check_db_growth"],
    timeout: LIMIT,
    run: |task| Box::pin(run(task)),
};

async fn run(Task { cx, .. }: Task<'_>) -> Result<String, ActionError> {
    let size = cx.db.vacuum(LIMIT).await.map_err(anyhow::Error::from)?;
    Ok(format!(
        "Database vacuumed successfully: {} before, {} after",
        in_mb(size.before),
        in_mb(size.after)
    ))
}

#[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
fn in_mb(bytes: i64) -> String {
    format!("{:.1} MB", bytes as f64 / MB as f64)
}
