//! Taking messages up for delivery, and what became of that.

use super::{OutboxDepth, OutboxFate, OutboxMessage};
use crate::{
    db::{Db, leases::ACQUIRE, on, states::TopicLost, tx::write},
    domain::Timestamp,
};

/// The lease that lets one of several instances deliver.
const LEASE: &str = "outbox";
/// How long after its holder was killed another instance may take over.
const LEASE_LASTS: chrono::Duration = chrono::Duration::seconds(30);

/// The next message of each chat: new ones in the order in which they were written, then the changed ones.
const CLAIM: &str = "UPDATE ops_outbox SET leased_until = $2, attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM (
            SELECT id, ROW_NUMBER() OVER (PARTITION BY chat_id
                ORDER BY CASE WHEN message_id IS NULL THEN 0 ELSE 1 END,
                    CASE WHEN message_id IS NULL THEN id END, next_attempt_at, id) AS place
            FROM ops_outbox WHERE state = 'pending') turns
        WHERE place = 1)
        AND state = 'pending' AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
    RETURNING id, pending_since, chat_id, thread_id, topic_lost, kind, reason,
        alert_id, incident_id, digest_id, html, buttons, silent, attempts, revision, message_id";

impl Db {
    /// Takes the messages that are due for sending until `leased_until`, one of each chat, so that a chat in trouble
    /// holds up no other. One instance does so at a time: Telegram counts what all of them send.
    pub async fn claim_due(
        &self,
        deliverer: &str,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> sqlx::Result<Vec<OutboxMessage>> {
        // Even an update of nothing waits for SQLite's writers; most looks find nothing.
        let due: bool = on!(self, pool => {
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM ops_outbox
                    WHERE state = 'pending' AND next_attempt_at <= $1
                        AND (leased_until IS NULL OR leased_until <= $1))",
            )
            .bind(now)
            .fetch_one(pool)
            .await
        })?;
        if !due {
            return Ok(Vec::new());
        }
        let claimed = write!(self, conn => {
            let lease = sqlx::query(ACQUIRE)
                .bind(LEASE)
                .bind(deliverer)
                .bind(now)
                .bind(now + LEASE_LASTS)
                .execute(&mut *conn)
                .await?;
            if lease.rows_affected() == 1 {
                sqlx::query_as(CLAIM).bind(now).bind(leased_until).fetch_all(&mut *conn).await?
            } else {
                Vec::new()
            }
        });
        Ok(claimed)
    }

    /// Gives a claimed message back, whatever has become of its delivery.
    pub async fn release_claim(&self, id: i64) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_outbox SET leased_until = NULL WHERE id = $1 AND state = 'pending'")
                .bind(id)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// Leaves the message for another attempt at `next`.
    pub async fn mark_failed(&self, id: i64, next: Timestamp, error: &str) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query(
                "UPDATE ops_outbox SET next_attempt_at = $2, last_error = $3, leased_until = NULL WHERE id = $1",
            )
            .bind(id)
            .bind(next)
            .bind(error)
            .execute(pool)
            .await
            .map(drop)
        })
    }

    /// Gives the message up.
    pub async fn mark_dead(&self, id: i64, error: &str) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_outbox SET state = 'dead', last_error = $2, leased_until = NULL WHERE id = $1")
                .bind(id)
                .bind(error)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// There is nothing left to say.
    pub async fn mark_obsolete(&self, id: i64) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_outbox SET state = 'obsolete', leased_until = NULL WHERE id = $1")
                .bind(id)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// Gives up all that waits for a lost chat. How many messages that were; those that are in the chat stay there.
    pub async fn drop_pending(&self, chat_id: i64, error: &str) -> sqlx::Result<u64> {
        let dropped = write!(self, conn => {
            sqlx::query(
                "UPDATE ops_outbox SET state = 'sent', last_error = $2, leased_until = NULL
                 WHERE chat_id = $1 AND state = 'pending' AND message_id IS NOT NULL",
            )
            .bind(chat_id)
            .bind(error)
            .execute(&mut *conn)
            .await?;
            sqlx::query(
                "UPDATE ops_outbox SET state = 'dead', last_error = $2, leased_until = NULL
                 WHERE chat_id = $1 AND state = 'pending'",
            )
            .bind(chat_id)
            .bind(error)
            .execute(&mut *conn)
            .await?
            .rows_affected()
        });
        Ok(dropped)
    }

    /// Sends the message to the chat's general topic instead.
    pub async fn leave_topic(&self, id: i64, why: TopicLost) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_outbox SET topic_lost = $2, leased_until = NULL WHERE id = $1")
                .bind(id)
                .bind(why)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// The message in the same chat and topic that this one is to be tied to: the standing one.
    pub async fn first_message(&self, message: &OutboxMessage) -> sqlx::Result<Option<i64>> {
        on!(self, pool => {
            sqlx::query_scalar(
                "SELECT message_id FROM ops_outbox
                 WHERE (incident_id = $1 OR digest_id = $2) AND chat_id = $3 AND thread_id IS NOT DISTINCT FROM $4
                    AND message_id IS NOT NULL
                 ORDER BY CASE WHEN state IN ('pending', 'sent') THEN 0 ELSE 1 END,
                    CASE WHEN kind IN ('card', 'digest') THEN 0 ELSE 1 END, id
                 LIMIT 1",
            )
            .bind(message.incident_id)
            .bind(message.digest_id)
            .bind(message.chat_id)
            .bind(message.thread_id)
            .fetch_optional(pool)
            .await
        })
    }

    pub async fn outbox_fate(&self, id: i64) -> sqlx::Result<OutboxFate> {
        on!(self, pool => {
            sqlx::query_as("SELECT state, last_error FROM ops_outbox WHERE id = $1")
                .bind(id)
                .fetch_one(pool)
                .await
        })
    }

    pub async fn outbox_depth(&self) -> sqlx::Result<OutboxDepth> {
        let (pending, oldest) = on!(self, pool => {
            sqlx::query_as(
                "SELECT COUNT(*), MIN(pending_since) FROM ops_outbox WHERE state = 'pending'",
            )
            .fetch_one(pool)
            .await
        })?;
        Ok(OutboxDepth { pending, oldest })
    }
}
