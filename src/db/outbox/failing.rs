//! Messages that could not be delivered: when they are tried again, and whose fault it is.

use super::OutboxMessage;
use crate::{
    db::Db,
    domain::{RejectedMessage, Timestamp},
};

/// After this many failures in a row it is an outage rather than a lost packet.
pub(super) const GONE_FROM: i64 = 3;

const LATE: &str = "UPDATE ops_outbox SET late = CASE WHEN kind IN ('card', 'digest') AND EXISTS (
            SELECT 1 FROM ops_incidents i
            WHERE (i.id = ops_outbox.incident_id OR i.digest_id = ops_outbox.digest_id) AND i.closed_at IS NULL)
        THEN 1 ELSE 2 END
    WHERE state = 'pending' AND message_id IS NULL AND late = 0
        AND EXISTS (SELECT 1 FROM ops_outbox o WHERE o.chat_id = ops_outbox.chat_id AND o.state = 'pending'
            AND o.stalls >= o.woken_at + $1)";

impl Db {
    /// Leaves the message for another attempt at `next`, as Telegram has asked.
    pub async fn mark_failed(&self, id: i64, next: Timestamp, error: &str) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET next_attempt_at = $2, last_error = $3, leased_until = NULL,
                stalls = 0,
                woken_at = 0
             WHERE id = $1",
        )
        .bind(id)
        .bind(next)
        .bind(error)
        .execute()
        .await
    }

    /// The same for a missing answer, or one that is not about the message.
    pub async fn mark_stalled(&self, id: i64, next: Timestamp, error: &str) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET next_attempt_at = $2, last_error = $3, leased_until = NULL,
                stalls = stalls + 1
             WHERE id = $1",
        )
        .bind(id)
        .bind(next)
        .bind(error)
        .execute()
        .await
    }

    /// The same for an unknown error. Returns the counts about rejections in its chat.
    pub async fn mark_refused(
        &self,
        message: &OutboxMessage,
        next: Timestamp,
        error: &str,
    ) -> sqlx::Result<RejectedMessage> {
        let mut tx = self.begin().await?;
        tx.query(
            "UPDATE ops_outbox SET next_attempt_at = $2, last_error = $3, leased_until = NULL,
                refusals = refusals + 1
             WHERE id = $1",
        )
        .bind(message.id)
        .bind(next)
        .bind(error)
        .execute()
        .await?;
        let (of_message, others_arrive, messages) = tx
            .query(
                "SELECT refusals, passed_over, (SELECT COUNT(*) FROM ops_outbox o
                    WHERE o.chat_id = $2 AND o.state = 'pending' AND o.refusals > 0
                        AND NOT o.passed_over)
                 FROM ops_outbox WHERE id = $1",
            )
            .bind(message.id)
            .bind(message.chat_id)
            .fetch_one()
            .await?;
        tx.commit().await?;
        Ok(RejectedMessage {
            of_message,
            others_arrive,
            messages,
            can_be_mentioned: message.unseen().is_some(),
        })
    }

    /// Telegram answers again: messages that waited only for that are retried at once, and older ones go after new
    /// ones. A message that keeps failing does not profit each time, so that its back-off grows.
    pub async fn wake_stalled(&self, now: Timestamp) -> sqlx::Result<u64> {
        let waits: bool = self
            .query(
                "SELECT EXISTS (SELECT 1 FROM ops_outbox WHERE state = 'pending' AND stalls > 0)",
            )
            .fetch_value()
            .await?;
        if !waits {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        tx.query(LATE).bind(GONE_FROM).execute().await?;
        let woken = tx
            .query(
                "UPDATE ops_outbox SET next_attempt_at = $1, woken_at = stalls
                 WHERE state = 'pending' AND stalls > 0
                    AND (woken_at = 0 OR stalls >= woken_at + $2)",
            )
            .bind(now)
            .bind(GONE_FROM)
            .rows_affected()
            .await?;
        tx.commit().await?;
        Ok(woken)
    }
}
