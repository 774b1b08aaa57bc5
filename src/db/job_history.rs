//! The runs of jobs, from the platform's journal and from what jobs tell themselves.

use super::{Db, on};
use crate::domain::{JobRun, RunEnd, RunStatus, Target, Timestamp};

/// A job of every minute for 35 days has half of these.
const RUNS_MAX: i64 = 100_000;
/// More names than that are no overview.
const NAMES_MAX: i64 = 300;

/// With the last run before the time asked about, if there was one: what was due since depends on it.
const JOURNALLED: &str =
    "SELECT started_at, finished_at, COALESCE(status, ''), SUBSTR(error_message, 1, 1000) FROM job_runs
     WHERE job_name = $1 AND started_at >= COALESCE(
         (SELECT MAX(started_at) FROM job_runs WHERE job_name = $1 AND started_at < $2), $2)
     ORDER BY started_at DESC LIMIT $3";
const TOLD: &str =
    "SELECT started_at, finished_at, status, SUBSTR(message, 1, 1000) FROM ops_job_runs
     WHERE job = $1 AND started_at >= COALESCE(
         (SELECT MAX(started_at) FROM ops_job_runs WHERE job = $1 AND started_at < $2), $2)
     ORDER BY started_at DESC LIMIT $3";

type Row = (Timestamp, Option<Timestamp>, String, Option<String>);

impl Db {
    /// The job's runs since that moment and the last one before, in the order in which they started. `journalled`
    /// says whether there is a `job_runs`.
    pub async fn job_history(
        &self,
        job: &str,
        since: Timestamp,
        journalled: bool,
    ) -> sqlx::Result<Vec<JobRun>> {
        let mut runs = Vec::new();
        let sources = [journalled.then_some(JOURNALLED), Some(TOLD)];
        for query in sources.into_iter().flatten() {
            let rows: Vec<Row> = on!(self, pool => {
                sqlx::query_as(query).bind(job).bind(since).bind(RUNS_MAX).fetch_all(pool).await
            })?;
            runs.extend(rows.into_iter().map(run));
        }
        runs.sort_by_key(|run| run.started_at);
        Ok(runs)
    }

    /// Whether any job has ever told of itself over HTTP.
    pub async fn ever_told(&self) -> sqlx::Result<bool> {
        on!(self, pool => {
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM ops_job_runs)").fetch_one(pool).await
        })
    }

    /// The jobs that the platform has journalled since that moment.
    pub async fn journalled_jobs(&self, since: Timestamp) -> sqlx::Result<Vec<String>> {
        on!(self, pool => {
            sqlx::query_scalar(
                "SELECT DISTINCT SUBSTR(job_name, 1, 200) FROM job_runs WHERE started_at >= $1 ORDER BY 1 LIMIT $2",
            )
            .bind(since)
            .bind(NAMES_MAX)
            .fetch_all(pool)
            .await
        })
    }

    /// When the first event of the service level was known, of those that are kept.
    pub async fn first_event(&self, target: Target) -> sqlx::Result<Option<Timestamp>> {
        on!(self, pool => {
            sqlx::query_scalar("SELECT MIN(at) FROM ops_sli WHERE target = $1")
                .bind(target.as_str())
                .fetch_one(pool)
                .await
        })
    }

    /// When the newest event of the service level was known.
    pub async fn newest_event(&self, target: Target) -> sqlx::Result<Option<Timestamp>> {
        on!(self, pool => {
            sqlx::query_scalar("SELECT MAX(at) FROM ops_sli WHERE target = $1")
                .bind(target.as_str())
                .fetch_one(pool)
                .await
        })
    }
}

/// Versions of the platform differ in what they write; a run that is neither under way nor a success has failed.
fn run((started_at, finished_at, status, error): Row) -> JobRun {
    let end = (status != RunStatus::Running.as_str()).then(|| RunEnd {
        at: finished_at.unwrap_or(started_at).max(started_at),
        success: status == RunStatus::Success.as_str(),
        error,
    });
    JobRun { started_at, end }
}
