//! How long rows are kept: one line for each table.

use chrono::{Duration, NaiveDate};
use sqlx::AssertSqlSafe;

use super::{Db, audit::chain::OLD, tx::Tx};
use crate::domain::Timestamp;

/// How long messages can be replied to and proposals looked at.
const SETTLED: Duration = Duration::days(30);
/// The current figure is of minutes, and a chart of the latency is of days.
const LATENCY_SAMPLES: Duration = Duration::days(2);
/// An abandoned source. After this time its requests could not be assigned to a day.
const SCRAPES: Duration = Duration::days(2);
/// As far back as a chart of the growth goes, and some.
const SIZES: Duration = Duration::days(95);
/// Longer than the longest period of a service level (`SLO_PERIOD_DAYS`).
const EVENTS_APART: Duration = Duration::days(95);

/// A table whose old rows are deleted.
pub struct Kept {
    pub table: &'static str,
    /// The columns that a row is known by.
    key: &'static str,
    /// The column that tells how old a row is.
    age: &'static str,
    keep: Keep,
    /// An old row is deleted if all of these are true of it.
    conditions: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Keep {
    /// A fixed time, independent of the setting.
    For(Duration),
    /// Until the day on which the history begins.
    History,
    /// The same, for rows of whole days.
    HistoryDays,
    /// The same, for the hash chain, which can only be cut at its start.
    Chain,
}

/// The start of the kept history: this day, at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryStart {
    pub day: NaiveDate,
    pub moment: Timestamp,
}

/// Rows of an incident are deleted with it, not before.
const INCIDENT_IS_HISTORY: &str = "NOT EXISTS (SELECT 1 FROM ops_incidents i
    WHERE i.id = old.incident_id AND (i.closed_at IS NULL OR i.closed_at >= $1))";
const INCIDENT_IS_CLOSED: &str = "NOT EXISTS (SELECT 1 FROM ops_incidents i
    WHERE i.id = old.incident_id AND i.closed_at IS NULL)";

/// Rows that refer to others come before them.
pub const KEPT: &[Kept] = &[
    kept("ops_audit", ("id", "at"), Keep::Chain, &[]),
    kept(
        "ops_outbox",
        ("id", "created_at"),
        Keep::For(SETTLED),
        &[
            "state <> 'pending'",
            INCIDENT_IS_CLOSED,
            "NOT EXISTS (SELECT 1 FROM ops_incidents i
             WHERE i.digest_id = old.digest_id AND i.closed_at IS NULL)",
        ],
    ),
    kept(
        "ops_proposals",
        ("id", "created_at"),
        Keep::For(SETTLED),
        &["state <> 'pending'", INCIDENT_IS_CLOSED],
    ),
    kept(
        "ops_alerts_history",
        ("id", "created_at"),
        Keep::History,
        &[
            INCIDENT_IS_HISTORY,
            "NOT EXISTS (SELECT 1 FROM ops_outbox o
             WHERE o.alert_id = old.id AND o.state = 'pending')",
        ],
    ),
    kept(
        "ops_remediation_history",
        ("id", "triggered_at"),
        Keep::History,
        &["status <> 'running'", INCIDENT_IS_HISTORY],
    ),
    kept(
        "ops_incidents",
        ("id", "closed_at"),
        Keep::History,
        &[
            "NOT EXISTS (SELECT 1 FROM ops_alerts_history a WHERE a.incident_id = old.id)",
            "NOT EXISTS (SELECT 1 FROM ops_remediation_history r WHERE r.incident_id = old.id)",
            "NOT EXISTS (SELECT 1 FROM ops_outbox o WHERE o.incident_id = old.id)",
        ],
    ),
    kept(
        "ops_digests",
        ("id", "grew_at"),
        Keep::History,
        &[
            "NOT EXISTS (SELECT 1 FROM ops_incidents i WHERE i.digest_id = old.id)",
            "NOT EXISTS (SELECT 1 FROM ops_outbox o WHERE o.digest_id = old.id)",
        ],
    ),
    kept(
        "ops_silences",
        ("id", "COALESCE(ended_at, ends_at)"),
        Keep::History,
        &[],
    ),
    // The platform's journal: only what this program has written there.
    kept(
        "job_runs",
        ("id", "started_at"),
        Keep::History,
        &["job_name = 'ops_health_check'", "status <> 'running'"],
    ),
    // A job's ticks depend on its last run before.
    kept(
        "ops_job_runs",
        ("id", "started_at"),
        Keep::History,
        &["EXISTS (SELECT 1 FROM ops_job_runs n
             WHERE n.job = old.job AND n.started_at > old.started_at)"],
    ),
    kept("ops_sli", ("target, at", "d"), Keep::HistoryDays, &[]),
    kept("ops_latency_days", ("d", "d"), Keep::HistoryDays, &[]),
    kept("ops_db_sizes", ("at", "at"), Keep::For(SIZES), &[]),
    kept(
        "ops_latency_samples",
        ("at", "at"),
        Keep::For(LATENCY_SAMPLES),
        &[],
    ),
    kept("ops_scrapes", ("source", "at"), Keep::For(SCRAPES), &[]),
];

const fn kept(
    table: &'static str,
    (key, age): (&'static str, &'static str),
    keep: Keep,
    conditions: &'static [&'static str],
) -> Kept {
    Kept {
        table,
        key,
        age,
        keep,
        conditions,
    }
}

impl Kept {
    /// The statement that deletes or selects rows before `$1`, at most `$2`.
    pub fn statement(&self) -> String {
        let Self {
            table, key, age, ..
        } = self;
        if let Keep::Chain = self.keep {
            return OLD.to_owned();
        }
        let conditions: String = self
            .conditions
            .iter()
            .map(|condition| format!(" AND {condition}"))
            .collect();
        format!(
            "DELETE FROM {table} WHERE ({key}) IN (
             SELECT {key} FROM {table} old WHERE {age} < $1{conditions} ORDER BY {age} LIMIT $2)"
        )
    }
}

impl Db {
    /// Deletes at most `most` expired rows of a table, and returns their number.
    pub async fn forget(
        &self,
        kept: &Kept,
        history: HistoryStart,
        now: Timestamp,
        at_most: i64,
    ) -> sqlx::Result<u64> {
        if let Keep::Chain = kept.keep {
            let mut tx = self.begin().await?;
            let gone = tx.cut_chain(history.moment, now, at_most).await?;
            tx.commit().await?;
            return Ok(gone);
        }
        let mut tx = self.begin().await?;
        let delete = tx.query(AssertSqlSafe(kept.statement()));
        let delete = match kept.keep {
            Keep::For(time) => delete.bind(now - time),
            Keep::History | Keep::Chain => delete.bind(history.moment),
            Keep::HistoryDays => delete.bind(history.day),
        };
        let gone = delete.bind(at_most).rows_affected().await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Makes one row of all that a target has of some day long ago. False when there is no such day.
    pub async fn gather_a_day(&self, now: Timestamp) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let found = tx
            .day_to_gather((now - EVENTS_APART).naive_utc().date())
            .await?;
        let Some((target, day)) = found else {
            return Ok(false);
        };
        tx.gather(&target, day).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The first day of the complete history; `None` while nothing has been deleted.
    pub async fn history_start(&self) -> sqlx::Result<Option<NaiveDate>> {
        self.query("SELECT first_day FROM ops_retention WHERE what = 'history'")
            .fetch_optional_value()
            .await
    }

    /// When all expired rows were last deleted.
    pub async fn history_cut_at(&self) -> sqlx::Result<Option<Timestamp>> {
        let found: Option<Option<Timestamp>> = self
            .query("SELECT done_at FROM ops_retention WHERE what = 'history'")
            .fetch_optional_value()
            .await?;
        Ok(found.flatten())
    }

    /// Records that earlier days are incomplete. A later setting does not bring deleted rows back.
    pub async fn begin_history_at(&self, day: NaiveDate) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_retention (what, first_day) VALUES ('history', $1)
             ON CONFLICT (what) DO UPDATE SET first_day = excluded.first_day
                WHERE ops_retention.first_day < excluded.first_day",
        )
        .bind(day)
        .execute()
        .await
    }

    pub async fn history_was_cut(&self, now: Timestamp) -> sqlx::Result<()> {
        self.query("UPDATE ops_retention SET done_at = $1 WHERE what = 'history'")
            .bind(now)
            .execute()
            .await
    }
}

impl Tx {
    async fn day_to_gather(
        &mut self,
        before: NaiveDate,
    ) -> sqlx::Result<Option<(String, NaiveDate)>> {
        self.query(
            "SELECT target, d FROM ops_sli WHERE d < $1 GROUP BY d, target HAVING COUNT(*) > 1
             ORDER BY d, target LIMIT 1",
        )
        .bind(before)
        .fetch_optional()
        .await
    }

    async fn gather(&mut self, target: &str, day: NaiveDate) -> sqlx::Result<()> {
        for statement in [
            "UPDATE ops_sli SET
                 good = (SELECT SUM(o.good) FROM ops_sli o WHERE o.target = $1 AND o.d = $2),
                 total = (SELECT SUM(o.total) FROM ops_sli o WHERE o.target = $1 AND o.d = $2)
             WHERE target = $1 AND d = $2
                 AND at = (SELECT MIN(o.at) FROM ops_sli o WHERE o.target = $1 AND o.d = $2)",
            "DELETE FROM ops_sli WHERE target = $1 AND d = $2
             AND at > (SELECT MIN(o.at) FROM ops_sli o WHERE o.target = $1 AND o.d = $2)",
        ] {
            self.query(statement)
                .bind(target)
                .bind(day)
                .execute()
                .await?;
        }
        Ok(())
    }
}
