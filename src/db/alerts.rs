//! `ops_alerts_history`: one row per notification that was accepted for sending.

use super::{Db, on};
use crate::domain::{Finding, Severity, Timestamp};

/// A row, as it stands. Other writers have written here too, so nothing but the shape is certain.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AlertRow {
    pub id: i64,
    pub created_at: Timestamp,
    pub source: String,
    pub severity: String,
    pub message: String,
    pub fingerprint: String,
    pub extras_json: Option<String>,
    pub sent_to_chat_ids: Option<String>,
    /// Of other writers' alerts there is none.
    pub incident_id: Option<i64>,
    /// Neither is there of those that an older version recorded.
    pub finding_json: Option<String>,
}

impl AlertRow {
    pub fn finding(&self) -> Option<Finding> {
        Finding::from_json(self.finding_json.as_deref()?)
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

/// Some rows, the newest first, and how many there are on either side of them.
#[derive(Clone, Debug, Default)]
pub struct AlertsPage {
    pub rows: Vec<AlertRow>,
    pub newer: i64,
    pub older: i64,
}

/// The way from the alert with this id to the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Newer(i64),
    Older(i64),
}

/// Other writers' rows may be of any length; cut, half of a JSON text would be none.
macro_rules! alerts {
    ($where:literal) => {
        concat!(
            "SELECT CAST(id AS BIGINT) AS id, created_at, SUBSTR(source, 1, 200) AS source,
                SUBSTR(severity, 1, 40) AS severity, SUBSTR(message, 1, 4000) AS message,
                SUBSTR(fingerprint, 1, 200) AS fingerprint,
                CASE WHEN LENGTH(extras_json) <= 100000 THEN extras_json END AS extras_json,
                CASE WHEN LENGTH(sent_to_chat_ids) <= 10000 THEN sent_to_chat_ids END AS sent_to_chat_ids, incident_id,
                finding_json
             FROM ops_alerts_history WHERE ($1 IS NULL OR severity = $1) ",
            $where
        )
    };
}

impl Db {
    /// The newest first.
    pub async fn recent_alerts(
        &self,
        severity: Option<Severity>,
        limit: i64,
    ) -> sqlx::Result<Vec<AlertRow>> {
        on!(self, pool => {
            sqlx::query_as(alerts!("ORDER BY created_at DESC, id DESC LIMIT $2"))
                .bind(severity)
                .bind(limit)
                .fetch_all(pool)
                .await
        })
    }

    /// The newest first. After an alert that is gone comes nothing.
    pub async fn alerts(&self, filter: AlertFilter<'_>, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
        on!(self, pool => {
            sqlx::query_as(alerts!(
                "AND ($3 IS NULL OR source = $3)
                 AND (CAST($4 AS TIMESTAMP) IS NULL OR created_at >= $4)
                 AND (CAST($5 AS TIMESTAMP) IS NULL OR created_at <= $5)
                 AND ($6 IS NULL
                    OR (created_at, id) < (SELECT created_at, id FROM ops_alerts_history WHERE id = $6))
                 ORDER BY created_at DESC, id DESC LIMIT $2"
            ))
            .bind(filter.severity)
            .bind(limit)
            .bind(filter.source)
            .bind(filter.since)
            .bind(filter.until)
            .bind(filter.before)
            .fetch_all(pool)
            .await
        })
    }

    /// The newest page, or the one next to an alert; a page towards the newest that would not be full is the newest.
    /// `None` when there is nothing beyond that alert, or the alert itself is gone.
    pub async fn alerts_page(
        &self,
        severity: Option<Severity>,
        limit: i64,
        turn: Option<Turn>,
    ) -> sqlx::Result<Option<AlertsPage>> {
        let rows = match turn {
            Some(Turn::Older(id)) => {
                let older = self.alerts_older_than(severity, limit, id).await?;
                if older.is_empty() {
                    return Ok(None);
                }
                older
            }
            Some(Turn::Newer(id)) => {
                let newer = self.alerts_newer_than(severity, limit, id).await?;
                if i64::try_from(newer.len()).is_ok_and(|found| found == limit) {
                    newer
                } else {
                    self.recent_alerts(severity, limit).await?
                }
            }
            None => self.recent_alerts(severity, limit).await?,
        };
        let (newer, older) = match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => self.alerts_beside(severity, first.id, last.id).await?,
            _ => (0, 0),
        };
        Ok(Some(AlertsPage { rows, newer, older }))
    }

    async fn alerts_older_than(
        &self,
        severity: Option<Severity>,
        limit: i64,
        id: i64,
    ) -> sqlx::Result<Vec<AlertRow>> {
        on!(self, pool => {
            sqlx::query_as(alerts!(
                "AND (created_at, id) < (SELECT created_at, id FROM ops_alerts_history WHERE id = $3)
                 ORDER BY created_at DESC, id DESC LIMIT $2"
            ))
            .bind(severity)
            .bind(limit)
            .bind(id)
            .fetch_all(pool)
            .await
        })
    }

    /// Those next to the alert, the newest first.
    async fn alerts_newer_than(
        &self,
        severity: Option<Severity>,
        limit: i64,
        id: i64,
    ) -> sqlx::Result<Vec<AlertRow>> {
        let mut rows: Vec<AlertRow> = on!(self, pool => {
            sqlx::query_as(alerts!(
                "AND (created_at, id) > (SELECT created_at, id FROM ops_alerts_history WHERE id = $3)
                 ORDER BY created_at, id LIMIT $2"
            ))
            .bind(severity)
            .bind(limit)
            .bind(id)
            .fetch_all(pool)
            .await
        })?;
        rows.reverse();
        Ok(rows)
    }

    /// How many there are that are newer than the one, and how many that are older than the other.
    async fn alerts_beside(
        &self,
        severity: Option<Severity>,
        first: i64,
        last: i64,
    ) -> sqlx::Result<(i64, i64)> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT
                    COUNT(CASE WHEN (created_at, id) > (SELECT created_at, id FROM ops_alerts_history WHERE id = $2)
                        THEN 1 END),
                    COUNT(CASE WHEN (created_at, id) < (SELECT created_at, id FROM ops_alerts_history WHERE id = $3)
                        THEN 1 END)
                 FROM ops_alerts_history WHERE $1 IS NULL OR severity = $1",
            )
            .bind(severity)
            .bind(first)
            .bind(last)
            .fetch_one(pool)
            .await
        })
    }
}
