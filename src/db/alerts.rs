//! `ops_alerts_history`: one row per notification that was accepted for sending.

use super::{
    Db,
    page::{List, Page, Turn, page},
    reading::{Written, WrittenMoment},
};
use crate::domain::{Finding, Severity, Timestamp};

/// A row as stored. Other programs write to this table too, so nothing but the shape is certain.
#[derive(Clone, Debug)]
pub struct AlertRow {
    pub id: i64,
    pub created_at: WrittenMoment,
    pub source: String,
    pub severity: String,
    pub message: String,
    pub fingerprint: String,
    pub extras_json: Option<String>,
    pub sent_to_chat_ids: Option<String>,
    /// `None` for other programs' alerts.
    pub incident_id: Option<i64>,
    /// Neither is there of those that an older version recorded.
    pub finding_json: Option<String>,
}

impl AlertRow {
    pub fn finding(&self) -> Option<Finding> {
        Finding::from_json(self.finding_json.as_deref()?)
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    /// Not named like the column, by which rows are sorted.
    written_at: Option<Written>,
    source: Option<Written>,
    severity: Option<Written>,
    message: Option<Written>,
    fingerprint: Option<Written>,
    extras_json: Option<Written>,
    sent_to_chat_ids: Option<Written>,
    incident_id: Option<i64>,
    finding_json: Option<Written>,
}

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for AlertRow
where
    Stored: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let stored = Stored::from_row(row)?;
        let text = |written: Option<Written>| written.unwrap_or_default().0;
        Ok(Self {
            id: stored.id,
            created_at: stored.written_at.unwrap_or_default().moment(),
            source: text(stored.source),
            severity: text(stored.severity),
            message: text(stored.message),
            fingerprint: text(stored.fingerprint),
            extras_json: stored.extras_json.map(|written| written.0),
            sent_to_chat_ids: stored.sent_to_chat_ids.map(|written| written.0),
            incident_id: stored.incident_id,
            finding_json: stored.finding_json.map(|written| written.0),
        })
    }
}

/// Which alerts to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlertFilter<'a> {
    pub severity: Option<Severity>,
    pub source: Option<&'a str>,
    /// Both included.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Only those that come after the alert with this id.
    pub before: Option<i64>,
}

/// Other writers' rows may hold anything, of any length; cut, half of a JSON text would be none.
const SELECT: &str =
    "SELECT CAST(id AS BIGINT) AS id, SUBSTR(CAST(created_at AS TEXT), 1, 40) AS written_at,
        SUBSTR(CAST(source AS TEXT), 1, 200) AS source,
        SUBSTR(CAST(severity AS TEXT), 1, 40) AS severity,
        SUBSTR(CAST(message AS TEXT), 1, 4000) AS message,
        SUBSTR(CAST(fingerprint AS TEXT), 1, 200) AS fingerprint,
        CASE WHEN LENGTH(CAST(extras_json AS TEXT)) <= 100000
            THEN CAST(extras_json AS TEXT) END AS extras_json,
        CASE WHEN LENGTH(CAST(sent_to_chat_ids AS TEXT)) <= 10000
            THEN CAST(sent_to_chat_ids AS TEXT) END AS sent_to_chat_ids,
        CAST(incident_id AS BIGINT) AS incident_id, finding_json
    FROM ops_alerts_history WHERE ($1 IS NULL OR severity = $1)";

/// Those after the alert with the id `$3`.
const OLDER: &str =
    "AND (created_at, id) < (SELECT created_at, id FROM ops_alerts_history WHERE id = $3)
    ORDER BY created_at DESC, id DESC LIMIT $2";
const NEWER: &str =
    "AND (created_at, id) > (SELECT created_at, id FROM ops_alerts_history WHERE id = $3)
    ORDER BY created_at, id LIMIT $2";

/// How many there are before the alert with the id `$2`, and after the one with `$3`.
const AROUND: &str = "SELECT
        COUNT(CASE WHEN (created_at, id) > (SELECT created_at, id FROM ops_alerts_history WHERE id = $2) THEN 1 END),
        COUNT(CASE WHEN (created_at, id) < (SELECT created_at, id FROM ops_alerts_history WHERE id = $3) THEN 1 END)
    FROM ops_alerts_history WHERE $1 IS NULL OR severity = $1";

impl Db {
    /// The newest first.
    pub async fn recent_alerts(
        &self,
        severity: Option<Severity>,
        limit: i64,
    ) -> sqlx::Result<Vec<AlertRow>> {
        self.query([SELECT, "ORDER BY created_at DESC, id DESC LIMIT $2"])
            .bind(severity)
            .bind(limit)
            .fetch_all()
            .await
    }

    /// Newest first. The page after a deleted alert is empty.
    pub async fn alerts(&self, filter: AlertFilter<'_>, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
        self.query([
            SELECT,
            "AND ($3 IS NULL OR source = $3)
             AND (CAST($4 AS TIMESTAMP) IS NULL OR created_at >= $4)
             AND (CAST($5 AS TIMESTAMP) IS NULL OR created_at <= $5)
             AND ($6 IS NULL
                OR (created_at, id) < (SELECT created_at, id FROM ops_alerts_history
                    WHERE id = $6))
             ORDER BY created_at DESC, id DESC LIMIT $2",
        ])
        .bind(filter.severity)
        .bind(limit)
        .bind(filter.source)
        .bind(filter.since)
        .bind(filter.until)
        .bind(filter.before)
        .fetch_all()
        .await
    }

    /// The newest page, or the one next to an alert; `None` when there is nothing beyond that alert.
    pub async fn alerts_page(
        &self,
        severity: Option<Severity>,
        limit: i64,
        turn: Option<Turn>,
    ) -> sqlx::Result<Option<Page<AlertRow>>> {
        let list = Alerts { db: self, severity };
        page(&list, limit, turn).await
    }
}

/// The alerts of a severity, or all.
struct Alerts<'a> {
    db: &'a Db,
    severity: Option<Severity>,
}

impl List for Alerts<'_> {
    type Row = AlertRow;

    fn id(row: &AlertRow) -> i64 {
        row.id
    }

    async fn newest(&self, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
        self.db.recent_alerts(self.severity, limit).await
    }

    async fn beside(&self, turn: Turn, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
        let (condition, id) = match turn {
            Turn::Older(id) => (OLDER, id),
            Turn::Newer(id) => (NEWER, id),
        };
        let mut rows: Vec<AlertRow> = self
            .db
            .query([SELECT, condition])
            .bind(self.severity)
            .bind(limit)
            .bind(id)
            .fetch_all()
            .await?;
        if let Turn::Newer(_) = turn {
            rows.reverse();
        }
        Ok(rows)
    }

    async fn around(&self, first: i64, last: i64) -> sqlx::Result<(i64, i64)> {
        self.db
            .query(AROUND)
            .bind(self.severity)
            .bind(first)
            .bind(last)
            .fetch_one()
            .await
    }
}
