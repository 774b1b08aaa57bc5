//! The outbox: every message that must reach a chat, written before it is sent.

use super::{Db, incidents::Draft, on, states::OutboxState};
use crate::domain::{ChatTarget, Severity, Timestamp};

/// Addresses a message to where the chat is now, unless the chat is lost.
pub(super) const ENQUEUE: &str = "INSERT INTO ops_outbox
        (created_at, chat_id, thread_id, alert_id, incident_id, html, buttons, silent, state, attempts, next_attempt_at)
    SELECT $1, COALESCE(c.moved_to, t.chat_id), $3, $4, $5, $6, $7, $8, 'pending', 0, $1
    FROM (SELECT CAST($2 AS BIGINT) AS chat_id) t LEFT JOIN ops_chats c ON c.chat_id = t.chat_id
    WHERE NOT EXISTS (SELECT 1 FROM ops_chats lost
        WHERE lost.chat_id = COALESCE(c.moved_to, t.chat_id) AND lost.dead_since IS NOT NULL)
    RETURNING id";

/// Writes a draft for a chat; the row's id, or `None` when the chat is lost.
macro_rules! enqueue {
    ($executor:expr, $to:expr, $draft:expr, $alert:expr, $incident:expr, $now:expr) => {{
        let (to, draft): (ChatTarget, &Draft) = ($to, $draft);
        let id: Option<i64> = sqlx::query_scalar($crate::db::outbox::ENQUEUE)
            .bind($now)
            .bind(to.chat_id)
            .bind(to.thread_id.map(i64::from))
            .bind($alert)
            .bind($incident)
            .bind(&draft.html)
            .bind(draft.buttons.to_string())
            .bind(draft.silent)
            .fetch_optional($executor)
            .await?;
        id
    }};
}

pub(super) use enqueue;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxMessage {
    pub id: i64,
    pub created_at: Timestamp,
    pub chat_id: i64,
    pub thread_id: Option<i64>,
    pub incident_id: Option<i64>,
    pub html: String,
    pub buttons: String,
    pub silent: bool,
    pub attempts: i64,
}

/// An alert that has reached its first chat.
#[derive(Clone, Debug)]
pub struct FirstReached {
    pub source: String,
    pub severity: Severity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxDepth {
    pub pending: i64,
    pub oldest: Option<Timestamp>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxFate {
    pub state: OutboxState,
    pub last_error: Option<String>,
}

impl Db {
    /// Writes a message for a chat. `None` when the chat is lost.
    pub async fn enqueue(
        &self,
        to: ChatTarget,
        draft: &Draft,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        let id = on!(self, pool => {
            enqueue!(pool, to, draft, None::<i64>, None::<i64>, now)
        });
        Ok(id)
    }

    /// Takes the messages that are due for sending until `leased_until`: the oldest of each chat, so that a chat
    /// reads them in order and a chat in trouble holds up no other.
    pub async fn claim_due(
        &self,
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
        on!(self, pool => {
            sqlx::query_as(
                "UPDATE ops_outbox SET leased_until = $2, attempts = attempts + 1
                 WHERE id IN (SELECT MIN(id) FROM ops_outbox WHERE state = 'pending' GROUP BY chat_id)
                    AND state = 'pending' AND next_attempt_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                 RETURNING id, created_at, chat_id, thread_id, incident_id, html, buttons, silent, attempts",
            )
            .bind(now)
            .bind(leased_until)
            .fetch_all(pool)
            .await
        })
    }

    /// Records a delivery, in the outbox and in the alert's history.
    pub async fn mark_sent(
        &self,
        message: &OutboxMessage,
        message_id: i64,
        now: Timestamp,
    ) -> sqlx::Result<Option<FirstReached>> {
        let reached: Option<(String, Severity, bool)> = super::write!(self, tx => {
            sqlx::query(
                "UPDATE ops_outbox SET state = 'sent', sent_at = $2, message_id = $3, leased_until = NULL,
                    last_error = NULL
                 WHERE id = $1",
            )
            .bind(message.id)
            .bind(now)
            .bind(message_id)
            .execute(&mut *tx)
            .await?;
            sqlx::query_as(
                "UPDATE ops_alerts_history
                 SET sent_to_chat_ids = CASE WHEN COALESCE(sent_to_chat_ids, '') = '' THEN $2
                    WHEN ',' || sent_to_chat_ids || ',' LIKE '%,' || $2 || ',%' THEN sent_to_chat_ids
                    ELSE sent_to_chat_ids || ',' || $2 END
                 WHERE id = (SELECT alert_id FROM ops_outbox WHERE id = $1)
                 RETURNING source, severity, (SELECT COUNT(*) = 1 FROM ops_outbox
                    WHERE alert_id = ops_alerts_history.id AND state = 'sent')",
            )
            .bind(message.id)
            .bind(message.chat_id.to_string())
            .fetch_optional(&mut *tx)
            .await?
        });
        Ok(reached
            .filter(|(.., is_first)| *is_first)
            .map(|(source, severity, _)| FirstReached { source, severity }))
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

    /// Gives up all that waits for a lost chat.
    pub async fn drop_pending(&self, chat_id: i64, error: &str) -> sqlx::Result<u64> {
        on!(self, pool => {
            sqlx::query(
                "UPDATE ops_outbox SET state = 'dead', last_error = $2
                 WHERE chat_id = $1 AND state = 'pending'",
            )
                .bind(chat_id)
                .bind(error)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
    }

    /// Sends the message to the chat's general topic instead, with a new text.
    pub async fn leave_thread(&self, id: i64, html: &str) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_outbox SET thread_id = NULL, html = $2, leased_until = NULL WHERE id = $1")
                .bind(id)
                .bind(html)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// The message that told the chat, or its topic, of the same incident first, for this one to be tied to.
    pub async fn first_message(&self, message: &OutboxMessage) -> sqlx::Result<Option<i64>> {
        on!(self, pool => {
            sqlx::query_scalar(
                "SELECT message_id FROM ops_outbox
                 WHERE incident_id = $1 AND chat_id = $2 AND thread_id IS NOT DISTINCT FROM $3
                    AND message_id IS NOT NULL
                 ORDER BY id LIMIT 1",
            )
            .bind(message.incident_id)
            .bind(message.chat_id)
            .bind(message.thread_id)
            .fetch_optional(pool)
            .await
        })
    }

    /// Forgets what was settled before `before`.
    pub async fn prune(&self, before: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("DELETE FROM ops_outbox WHERE state <> 'pending' AND created_at < $1")
                .bind(before)
                .execute(pool)
                .await?;
            sqlx::query("DELETE FROM ops_proposals WHERE state <> 'pending' AND created_at < $1")
                .bind(before)
                .execute(pool)
                .await
                .map(drop)
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
            sqlx::query_as("SELECT COUNT(*), MIN(created_at) FROM ops_outbox WHERE state = 'pending'")
                .fetch_one(pool)
                .await
        })?;
        Ok(OutboxDepth { pending, oldest })
    }
}
