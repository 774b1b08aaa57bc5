//! The history of alerts, and of calls.

use crate::{
    db::tx::Tx,
    domain::{Incident, Timestamp},
};

impl Tx {
    pub async fn record_alert(
        &mut self,
        incident: &Incident,
        now: Timestamp,
        chats: &str,
    ) -> sqlx::Result<i64> {
        self.query(
            "INSERT INTO ops_alerts_history
                (created_at, source, severity, message, fingerprint, extras_json,
                    sent_to_chat_ids, incident_id, finding_json)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING CAST(id AS BIGINT)",
        )
        .bind(now)
        .bind(&incident.source)
        .bind(incident.life.severity)
        .bind(&incident.message)
        .bind(&incident.fingerprint)
        .bind(incident.extras_json())
        .bind(chats)
        .bind(incident.id)
        .bind(incident.finding_json())
        .fetch_value()
        .await
    }

    /// The number of incidents that alerted between these moments.
    pub async fn called_between(
        &mut self,
        since: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<usize> {
        let count: i64 = self
            .query(
                "SELECT COUNT(*) FROM ops_incidents
                 WHERE called_at > $1 AND called_at <= $2",
            )
            .bind(since)
            .bind(until)
            .fetch_value()
            .await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}
