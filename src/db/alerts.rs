//! `ops_alerts_history`: one row per notification that was accepted for sending.

use super::{Db, on};
use crate::domain::{Check, Severity, Timestamp};

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
}

impl Db {
    /// The newest first.
    pub async fn recent_alerts(
        &self,
        severity: Option<Severity>,
        limit: i64,
    ) -> sqlx::Result<Vec<AlertRow>> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT CAST(id AS BIGINT) AS id, created_at, source, severity, message, fingerprint, extras_json,
                    sent_to_chat_ids
                 FROM ops_alerts_history WHERE $1 IS NULL OR severity = $1
                 ORDER BY created_at DESC, id DESC LIMIT $2",
            )
            .bind(severity)
            .bind(limit)
            .fetch_all(pool)
            .await
        })
    }

    /// Records an alert that went out while the database could not be written to.
    pub async fn record_sent_alert(
        &self,
        check: &Check,
        at: Timestamp,
        chats: &str,
    ) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO ops_alerts_history
                    (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(at)
            .bind(check.source)
            .bind(check.severity)
            .bind(&check.message)
            .bind(&check.fingerprint)
            .bind(check.extras_json())
            .bind(chats)
            .execute(pool)
            .await
            .map(drop)
        })
    }
}
