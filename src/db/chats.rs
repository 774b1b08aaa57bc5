//! What Telegram has said about the chats: where one moved to, which ones are lost.

use super::{
    Db, on,
    tx::{Tx, within},
};
use crate::domain::Timestamp;

const MOVED: &str = "INSERT INTO ops_chats (chat_id, moved_to) VALUES ($1, $2)
    ON CONFLICT (chat_id) DO UPDATE SET moved_to = excluded.moved_to";

/// What is sent anew is not as old as what was sent.
const READDRESSED: &str =
    "UPDATE ops_outbox SET chat_id = $2, leased_until = NULL, message_id = NULL,
        state = CASE WHEN kind = 'post' THEN 'pending' ELSE state END,
        attempts = CASE WHEN state = 'sent' THEN 0 ELSE attempts END,
        pending_since = CASE WHEN state = 'sent' THEN $3 ELSE pending_since END,
        next_attempt_at = CASE WHEN state = 'sent' THEN $3 ELSE next_attempt_at END
    WHERE chat_id = $1 AND (state = 'pending' OR (state = 'sent' AND (kind IN ('card', 'digest')
        OR id IN (SELECT outbox_id FROM ops_proposals WHERE state = 'pending'))))";

/// Proposals that the outbox brings. Those that answer a command stand in the chat in which they arrived.
const FOLLOWING: &str = "UPDATE ops_proposals SET chat_id = $2
    WHERE chat_id = $1 AND state = 'pending' AND message_id IS NULL";

impl Db {
    /// Stores the move and readdresses what waits for the old chat.
    pub async fn move_chat(&self, from: i64, to: i64, now: Timestamp) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.move_chat(from, to, now).await?;
        tx.commit().await
    }

    /// Records what is wrong with a chat that is not lost. True when that is news.
    pub async fn note_trouble(&self, chat_id: i64, reason: &str) -> sqlx::Result<bool> {
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO ops_chats (chat_id, dead_reason) VALUES ($1, $2)
                 ON CONFLICT (chat_id) DO UPDATE SET dead_reason = excluded.dead_reason
                 WHERE ops_chats.dead_reason IS DISTINCT FROM excluded.dead_reason",
            )
            .bind(chat_id)
            .bind(reason)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() == 1)
        })
    }

    /// Records that a chat cannot be reached and why. True when that is news.
    pub async fn bury_chat(
        &self,
        chat_id: i64,
        reason: &str,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO ops_chats (chat_id, dead_since, dead_reason) VALUES ($1, $3, $2)
                 ON CONFLICT (chat_id) DO UPDATE SET dead_since = excluded.dead_since,
                    dead_reason = excluded.dead_reason
                 WHERE ops_chats.dead_since IS NULL",
            )
            .bind(chat_id)
            .bind(reason)
            .bind(now)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() == 1)
        })
    }
}

impl Tx {
    /// The messages that are there stayed behind. The standing ones are sent anew when they have something new to say;
    /// a question that nobody has answered yet, at once.
    pub(super) async fn move_chat(
        &mut self,
        from: i64,
        to: i64,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        within!(self, conn => {
            sqlx::query(MOVED).bind(from).bind(to).execute(&mut *conn).await?;
            sqlx::query(READDRESSED).bind(from).bind(to).bind(now).execute(&mut *conn).await?;
            sqlx::query(FOLLOWING).bind(from).bind(to).execute(&mut *conn).await?;
        });
        Ok(())
    }
}
