//! A delivery on record, in the outbox and in the history of the alerts that it told of.

use super::{FirstReached, OutboxMessage};
use crate::{
    db::{
        Db,
        tx::{Tx, within},
    },
    domain::Timestamp,
};

/// The alerts that a delivered message tells of: its own, and the earlier ones of its incident or digest.
macro_rules! alerts_of {
    ($what:literal, $more:literal) => {
        concat!(
            $what,
            " WHERE id IN (
                SELECT CAST($1 AS BIGINT)
                UNION SELECT a.id FROM ops_alerts_history a JOIN ops_incidents i ON i.id = a.incident_id
                    WHERE a.id <= $1 AND (i.id = $2 OR i.digest_id = $3)) ",
            $more
        )
    };
}

impl Db {
    /// Records a delivery, in the outbox and in the history of the alerts that it told of. Those that have reached
    /// nobody before are returned. A message that has changed meanwhile stays pending.
    pub async fn mark_sent(
        &self,
        message: &OutboxMessage,
        message_id: i64,
        now: Timestamp,
    ) -> sqlx::Result<Vec<FirstReached>> {
        let mut tx = self.begin().await?;
        tx.mark_delivered(message, message_id, now).await?;
        let first = match message.alert_id {
            Some(alert) => tx.record_reached(message, alert).await?,
            None => Vec::new(),
        };
        tx.commit().await?;
        Ok(first)
    }
}

impl Tx {
    async fn mark_delivered(
        &mut self,
        message: &OutboxMessage,
        message_id: i64,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        within!(self, conn => {
            sqlx::query(
                "UPDATE ops_outbox SET state = CASE WHEN revision = $4 THEN 'sent' ELSE 'pending' END,
                    pending_since = CASE WHEN revision = $4 THEN pending_since ELSE $2 END,
                    sent_at = $2, message_id = $3, leased_until = NULL, last_error = NULL, attempts = 0, silent = TRUE
                 WHERE id = $1",
            )
            .bind(message.id)
            .bind(now)
            .bind(message_id)
            .bind(message.revision)
            .execute(conn)
            .await
            .map(drop)
        })
    }

    async fn record_reached(
        &mut self,
        message: &OutboxMessage,
        alert: i64,
    ) -> sqlx::Result<Vec<FirstReached>> {
        let first = within!(&mut *self, conn => {
            sqlx::query_as(alerts_of!(
                "SELECT source, severity FROM ops_alerts_history",
                "AND COALESCE(sent_to_chat_ids, '') = ''"
            ))
            .bind(alert)
            .bind(message.incident_id)
            .bind(message.digest_id)
            .fetch_all(conn)
            .await
        })?;
        within!(self, conn => {
            sqlx::query(alerts_of!(
                "UPDATE ops_alerts_history SET sent_to_chat_ids = CASE WHEN COALESCE(sent_to_chat_ids, '') = '' THEN $4
                    ELSE sent_to_chat_ids || ',' || $4 END",
                "AND ',' || COALESCE(sent_to_chat_ids, '') || ',' NOT LIKE '%,' || $4 || ',%'"
            ))
            .bind(alert)
            .bind(message.incident_id)
            .bind(message.digest_id)
            .bind(message.chat_id.to_string())
            .execute(conn)
            .await
            .map(drop)
        })?;
        Ok(first)
    }
}
