//! The platform's journal of jobs, as far as this program writes it.

use serde::Serialize;
use sqlx::types::Json;

use super::Db;
use crate::domain::Timestamp;

/// This program's job in the journal.
pub const HEALTH_CHECK: &str = "ops_health_check";

impl Db {
    /// Journals the start of a run, and as failed what a killed process left running.
    pub async fn start_run(&self, now: Timestamp) -> sqlx::Result<i64> {
        let mut tx = self.begin().await?;
        tx.query(
            "UPDATE job_runs SET status = 'failed', finished_at = $2,
                error_message = 'interrupted'
             WHERE job_name = $1 AND status = 'running'",
        )
        .bind(HEALTH_CHECK)
        .bind(now)
        .execute()
        .await?;
        let run = tx
            .query(
                "INSERT INTO job_runs (job_name, started_at, status) VALUES ($1, $2, 'running')
                 RETURNING CAST(id AS BIGINT)",
            )
            .bind(HEALTH_CHECK)
            .bind(now)
            .fetch_value()
            .await?;
        tx.commit().await?;
        Ok(run)
    }

    pub async fn finish_run<T: Serialize + Sync>(
        &self,
        run: i64,
        now: Timestamp,
        seconds: f64,
        report: &T,
    ) -> sqlx::Result<()> {
        self.query(
            "UPDATE job_runs SET status = 'success', finished_at = $2, duration_seconds = $3
             WHERE id = $1",
        )
        .bind(run)
        .bind(now)
        .bind(seconds)
        .execute()
        .await?;
        // Versions of the platform differ in this column's name, and the run is over either way.
        for update in [
            "UPDATE job_runs SET metadata = $2 WHERE id = $1",
            "UPDATE job_runs SET job_metadata = $2 WHERE id = $1",
        ] {
            if self
                .query(update)
                .bind(run)
                .bind(Json(report))
                .execute()
                .await
                .is_ok()
            {
                break;
            }
        }
        Ok(())
    }
}
