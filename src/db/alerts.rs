//! `ops_alerts_history`: one row per notification that was accepted for sending.

use super::{Db, on};
use crate::domain::{Severity, Timestamp};

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
}
