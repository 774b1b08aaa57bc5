//! The platform's journal of jobs, as far as this program writes it.
//!
//! Versions of the platform differ in its columns and their types, so what is written goes by those that are there.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::{AssertSqlSafe, types::Json};

use super::Db;
use crate::domain::{RunError, Timestamp};

/// This program's job in the journal.
pub const HEALTH_CHECK: &str = "ops_health_check";
const TABLE: &str = "job_runs";

/// A run of this program's that is under way: its number, where the journal's rows have such.
#[derive(Clone, Copy, Debug)]
pub struct OwnRun(Option<i64>);

impl OwnRun {
    /// The condition of its row. Only one row of the job is under way at a time.
    fn row(self) -> String {
        match self.0 {
            Some(id) => format!("id = {id}"),
            None => format!("job_name = '{HEALTH_CHECK}' AND status = 'running'"),
        }
    }
}

impl Db {
    /// Journals the start of a run, and as failed what a killed process left running.
    pub async fn start_run(&self, now: Timestamp) -> sqlx::Result<OwnRun> {
        let columns = self.column_types(TABLE).await?;
        let interrupt = format!(
            "UPDATE job_runs SET status = 'failed', finished_at = $2{}
             WHERE job_name = $1 AND status = 'running'",
            interrupted(&columns)
        );
        let insert = format!(
            "INSERT INTO job_runs (job_name, started_at, status) VALUES ($1, $2, 'running') RETURNING {}",
            number(&columns)
        );
        let mut tx = self.begin().await?;
        tx.query(AssertSqlSafe(interrupt))
            .bind(HEALTH_CHECK)
            .bind(now)
            .execute()
            .await?;
        let id = tx
            .query(AssertSqlSafe(insert))
            .bind(HEALTH_CHECK)
            .bind(now)
            .fetch_value()
            .await?;
        tx.commit().await?;
        Ok(OwnRun(id))
    }

    pub async fn finish_run<T: Serialize + Sync>(
        &self,
        run: OwnRun,
        now: Timestamp,
        seconds: f64,
        report: &T,
    ) -> sqlx::Result<()> {
        let columns = self.column_types(TABLE).await?;
        let row = run.row();
        // While the row can still be recognised by its status.
        if let Some(column) = REPORTS.iter().find(|name| columns.contains_key(**name)) {
            let update = format!("UPDATE job_runs SET {column} = $1 WHERE {row}");
            let told = self
                .query(AssertSqlSafe(update))
                .bind(Json(report))
                .execute()
                .await;
            // The run is over either way.
            if let Err(error) = told {
                tracing::debug!(%error, "the report of a run is not journalled");
            }
        }
        let duration = if columns.contains_key("duration_seconds") {
            ", duration_seconds = $2"
        } else {
            ""
        };
        let update = format!(
            "UPDATE job_runs SET status = 'success', finished_at = $1{duration} WHERE {row}"
        );
        let update = self.query(AssertSqlSafe(update)).bind(now);
        let update = if duration.is_empty() {
            update
        } else {
            update.bind(seconds)
        };
        update.execute().await
    }
}

/// The column for what a run came to, by the platform's versions.
const REPORTS: [&str; 2] = ["metadata", "job_metadata"];

/// Says why, as the column takes it.
fn interrupted(columns: &HashMap<String, String>) -> String {
    let error = RunError::INTERRUPTED;
    match columns.get("error_message").map(String::as_str) {
        None => String::new(),
        Some("json" | "jsonb") => format!(", error_message = '\"{error}\"'"),
        Some(_) => format!(", error_message = '{error}'"),
    }
}

/// The number of a row; `NULL` where rows have none.
fn number(columns: &HashMap<String, String>) -> &'static str {
    match columns.get("id").map(String::as_str) {
        Some("smallint" | "int" | "integer" | "bigint") => "CAST(id AS BIGINT)",
        _ => "CAST(NULL AS BIGINT)",
    }
}
