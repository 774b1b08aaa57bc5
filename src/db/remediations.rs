//! `ops_remediation_history`: one row per run of an action.

use super::{
    Db,
    reading::{Written, WrittenMoment},
    tx::Tx,
};
use crate::domain::{Actor, Timestamp};

pub struct NewRemediation<'a> {
    pub source: &'a str,
    pub action_name: &'a str,
    pub alert_id: Option<i64>,
    pub incident_id: Option<i64>,
    pub triggered_by: Actor,
}

pub struct FinishedRemediation<'a> {
    pub at: Timestamp,
    pub status: &'a str,
    pub details: &'a str,
    pub retry_count: i64,
    pub duration_ms: i64,
    /// The result of the check afterwards: `fixed` or `still_failing`.
    pub verified: Option<&'a str>,
}

/// A row as stored; other programs write to this table too.
#[derive(Clone, Debug)]
pub struct RemediationRow {
    pub triggered_at: WrittenMoment,
    pub action_name: String,
    pub status: String,
    pub verified: Option<String>,
}

/// When, what, how it ended, and what a check has found after it.
type Stored = (
    Option<Written>,
    Option<Written>,
    Option<Written>,
    Option<Written>,
);

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for RemediationRow
where
    Stored: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let (triggered_at, action, status, verified) = Stored::from_row(row)?;
        Ok(Self {
            triggered_at: triggered_at.unwrap_or_default().moment(),
            action_name: action.unwrap_or_default().0,
            status: status.unwrap_or_default().0,
            verified: verified.map(|written| written.0),
        })
    }
}

const SELECT: &str = "SELECT SUBSTR(CAST(triggered_at AS TEXT), 1, 40),
        SUBSTR(CAST(action_name AS TEXT), 1, 200), SUBSTR(CAST(status AS TEXT), 1, 40), verified
    FROM ops_remediation_history";

impl Db {
    pub async fn start_remediation(
        &self,
        new: &NewRemediation<'_>,
        now: Timestamp,
    ) -> sqlx::Result<i64> {
        self.query(
            "INSERT INTO ops_remediation_history
                (triggered_at, alert_id, incident_id, action_name, status, retry_count, source,
                    triggered_by)
             VALUES ($1, $2, $3, $4, 'running', 0, $5, $6) RETURNING CAST(id AS BIGINT)",
        )
        .bind(now)
        .bind(new.alert_id)
        .bind(new.incident_id)
        .bind(new.action_name)
        .bind(new.source)
        .bind(new.triggered_by.to_string())
        .fetch_value()
        .await
    }

    /// Keeps what went wrong so far, should the process not live to tell the end.
    pub async fn note_retry(&self, id: i64, retry_count: i64, details: &str) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_remediation_history SET retry_count = $2, details = $3 WHERE id = $1",
        )
        .bind(id)
        .bind(retry_count)
        .bind(details)
        .execute()
        .await
    }

    /// Puts the end on record, and has the incident's standing messages show it.
    pub async fn finish_remediation(
        &self,
        id: i64,
        done: &FinishedRemediation<'_>,
    ) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let incident: Option<Option<i64>> = tx
            .query(
                "UPDATE ops_remediation_history
                 SET status = $2, details = $3, retry_count = $4, duration_ms = $5,
                    verified = $6, finished_at = $7
                 WHERE id = $1 RETURNING incident_id",
            )
            .bind(id)
            .bind(done.status)
            .bind(done.details)
            .bind(done.retry_count)
            .bind(done.duration_ms)
            .bind(done.verified)
            .bind(done.at)
            .fetch_optional_value()
            .await?;
        if let Some(incident) = incident.flatten() {
            tx.touch_cards(incident, done.at).await?;
        }
        tx.commit().await
    }

    /// Marks the runs of killed processes, whose leases have expired, as interrupted. Returns the actions' names.
    pub async fn interrupt_remediations(&self, now: Timestamp) -> sqlx::Result<Vec<String>> {
        // Nearly always there are none, and the write lock is not needed.
        if !self.any_remediation_runs().await? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let interrupted = tx.interrupt_remediations(now).await?;
        for incident in interrupted.iter().filter_map(|(_, incident)| *incident) {
            tx.touch_cards(incident, now).await?;
        }
        tx.commit().await?;
        Ok(interrupted.into_iter().map(|(action, _)| action).collect())
    }

    async fn any_remediation_runs(&self) -> sqlx::Result<bool> {
        let running: i64 = self
            .query("SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'running'")
            .fetch_value()
            .await?;
        Ok(running > 0)
    }

    pub async fn last_remediation(&self) -> sqlx::Result<Option<RemediationRow>> {
        self.query([SELECT, "ORDER BY id DESC LIMIT 1"])
            .fetch_optional()
            .await
    }

    /// The newest finished run for an incident.
    pub async fn remediation_of(&self, incident: i64) -> sqlx::Result<Option<RemediationRow>> {
        self.query([
            SELECT,
            "WHERE incident_id = $1 AND status <> 'running' ORDER BY id DESC LIMIT 1",
        ])
        .bind(incident)
        .fetch_optional()
        .await
    }

    /// Tells if an action for the detector's faults was running or proposed at that moment, or has been since.
    pub async fn was_answered(&self, source: &str, since: Timestamp) -> sqlx::Result<bool> {
        self.query(
            "SELECT EXISTS (SELECT 1 FROM ops_remediation_history WHERE source = $1
                 AND COALESCE(finished_at, $2) >= $2)
             OR EXISTS (SELECT 1 FROM ops_proposals WHERE source = $1
                 AND COALESCE(decided_at, expires_at) >= $2)",
        )
        .bind(source)
        .bind(since)
        .fetch_value()
        .await
    }

    /// When the action was started on its own up to now, by whichever instance. Rows that a clock set back has left in
    /// the future would keep the action waiting until then.
    pub async fn automatic_runs(
        &self,
        action: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Timestamp>> {
        self.query(
            "SELECT triggered_at FROM ops_remediation_history
             WHERE action_name = $1 AND triggered_by = $2 AND triggered_at > $3
                AND triggered_at <= $4
             ORDER BY triggered_at",
        )
        .bind(action)
        .bind(Actor::Scheduler.to_string())
        .bind(since)
        .bind(now)
        .fetch_values()
        .await
    }
}

impl Tx {
    async fn interrupt_remediations(
        &mut self,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(String, Option<i64>)>> {
        self.query(
            "UPDATE ops_remediation_history SET status = 'interrupted', finished_at = $1
             WHERE status = 'running' AND NOT EXISTS (
                SELECT 1 FROM ops_leases WHERE name = 'action:' || action_name
                    AND expires_at > $1)
             RETURNING action_name, incident_id",
        )
        .bind(now)
        .fetch_all()
        .await
    }
}
