//! `ops_remediation_history`: one row per run of an action.

use super::{Db, on};
use crate::domain::{Actor, Timestamp};

pub struct NewRemediation<'a> {
    pub source: &'a str,
    pub action_name: &'a str,
    pub alert_id: Option<i64>,
    pub triggered_by: Actor,
}

pub struct FinishedRemediation<'a> {
    pub status: &'a str,
    pub details: &'a str,
    pub retry_count: i64,
    pub duration_ms: i64,
    /// What the check made afterwards found: `fixed` or `still_failing`.
    pub verified: Option<&'a str>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RemediationRow {
    pub triggered_at: Timestamp,
    pub action_name: String,
    pub status: String,
}

impl Db {
    pub async fn start_remediation(
        &self,
        new: &NewRemediation<'_>,
        now: Timestamp,
    ) -> sqlx::Result<i64> {
        on!(self, pool => {
            sqlx::query_scalar(
                "INSERT INTO ops_remediation_history
                    (triggered_at, alert_id, action_name, status, retry_count, source, triggered_by)
                 VALUES ($1, $2, $3, 'running', 0, $4, $5) RETURNING CAST(id AS BIGINT)",
            )
            .bind(now)
            .bind(new.alert_id)
            .bind(new.action_name)
            .bind(new.source)
            .bind(new.triggered_by.to_string())
            .fetch_one(pool)
            .await
        })
    }

    pub async fn finish_remediation(
        &self,
        id: i64,
        done: &FinishedRemediation<'_>,
    ) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query(
                "UPDATE ops_remediation_history
                 SET status = $2, details = $3, retry_count = $4, duration_ms = $5, verified = $6 WHERE id = $1",
            )
            .bind(id)
            .bind(done.status)
            .bind(done.details)
            .bind(done.retry_count)
            .bind(done.duration_ms)
            .bind(done.verified)
            .execute(pool)
            .await
            .map(drop)
        })
    }

    /// Ends on record the runs that nobody holds the lease of any more: their process was killed. Returns the
    /// actions' names.
    pub async fn interrupt_remediations(&self, now: Timestamp) -> sqlx::Result<Vec<String>> {
        on!(self, pool => {
            sqlx::query_scalar(
                "UPDATE ops_remediation_history SET status = 'interrupted'
                 WHERE status = 'running' AND NOT EXISTS (
                    SELECT 1 FROM ops_leases WHERE name = 'action:' || action_name AND expires_at > $1)
                 RETURNING action_name",
            )
            .bind(now)
            .fetch_all(pool)
            .await
        })
    }

    pub async fn last_remediation(&self) -> sqlx::Result<Option<RemediationRow>> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT triggered_at, action_name, status FROM ops_remediation_history ORDER BY id DESC LIMIT 1",
            )
            .fetch_optional(pool)
            .await
        })
    }
}
