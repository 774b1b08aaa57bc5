//! Records deliveries, in the outbox and in the history of the alerts that they reported.

use super::{Delivered, FirstReached, OutboxMessage, ended::TakenOver};
use crate::{
    db::{Db, tx::Tx},
    domain::Timestamp,
};

/// The alerts that a delivered message reports: its own, and earlier ones of its incident or digest.
const OF_THE_MESSAGE: &str = "WHERE id IN (
        SELECT CAST($1 AS BIGINT)
        UNION SELECT a.id FROM ops_alerts_history a JOIN ops_incidents i ON i.id = a.incident_id
            WHERE a.id <= $1 AND (i.id = $2 OR i.digest_id = $3))";

impl Db {
    /// Records a delivery, in the outbox and in the history of the alerts that it reported. A message that has changed
    /// meanwhile stays pending.
    pub async fn mark_sent(
        &self,
        message: &OutboxMessage,
        message_id: i64,
        now: Timestamp,
    ) -> sqlx::Result<Delivered> {
        let mut tx = self.begin().await?;
        tx.mark_delivered(message, message_id, now).await?;
        tx.pass_over_the_refused(message).await?;
        let in_general_topic = message.thread_id.is_none() || message.topic_lost.is_some();
        let chat_is_back = tx.chat_is_well(message.chat_id, in_general_topic).await?;
        let mut told = vec![TakenOver {
            alert_id: message.alert_id,
            incident_id: message.incident_id,
            digest_id: message.digest_id,
        }];
        if message.message_id.is_none() && message.incident_id.is_some() {
            told.extend(tx.taken_over(message.id).await?);
        }
        let mut first = Vec::new();
        for told in told {
            if let Some(alert) = told.alert_id {
                first.extend(tx.record_reached(message.chat_id, &told, alert).await?);
            }
        }
        tx.commit().await?;
        Ok(Delivered {
            first,
            chat_is_back,
        })
    }
}

impl Tx {
    async fn mark_delivered(
        &mut self,
        message: &OutboxMessage,
        message_id: i64,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET state = CASE WHEN revision = $4 THEN 'sent' ELSE 'pending' END,
                pending_since = CASE WHEN revision = $4 THEN pending_since ELSE $2 END,
                sent_at = $2, message_id = $3, leased_until = NULL, last_error = NULL,
                    attempts = 0, silent = TRUE,
                stalls = 0, woken_at = 0, refusals = 0, passed_over = FALSE, late = 0
             WHERE id = $1",
        )
        .bind(message.id)
        .bind(now)
        .bind(message_id)
        .bind(message.revision)
        .execute()
        .await
    }

    /// Later rejections are not the chat's fault.
    async fn pass_over_the_refused(&mut self, message: &OutboxMessage) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET passed_over = TRUE
             WHERE chat_id = $1 AND state = 'pending' AND refusals > 0 AND NOT passed_over
                AND id <> $2",
        )
        .bind(message.chat_id)
        .bind(message.id)
        .execute()
        .await
    }

    async fn record_reached(
        &mut self,
        chat_id: i64,
        told: &TakenOver,
        alert: i64,
    ) -> sqlx::Result<Vec<FirstReached>> {
        let first = self
            .query([
                "SELECT source, severity FROM ops_alerts_history",
                OF_THE_MESSAGE,
                "AND COALESCE(sent_to_chat_ids, '') = ''",
            ])
            .bind(alert)
            .bind(told.incident_id)
            .bind(told.digest_id)
            .fetch_all()
            .await?;
        self.query([
            "UPDATE ops_alerts_history
             SET sent_to_chat_ids = CASE WHEN COALESCE(sent_to_chat_ids, '') = '' THEN $4
             ELSE sent_to_chat_ids || ',' || $4 END",
            OF_THE_MESSAGE,
            "AND ',' || COALESCE(sent_to_chat_ids, '') || ',' NOT LIKE '%,' || $4 || ',%'",
        ])
        .bind(alert)
        .bind(told.incident_id)
        .bind(told.digest_id)
        .bind(chat_id.to_string())
        .execute()
        .await?;
        Ok(first)
    }
}
