//! What Telegram has said about the chats: where one moved to, which ones are lost.

use super::{Db, on};
use crate::domain::Timestamp;

impl Db {
    /// Stores the move and readdresses what waits for the old chat.
    pub async fn move_chat(&self, from: i64, to: i64) -> sqlx::Result<()> {
        super::write!(self, tx => {
            sqlx::query(
                "INSERT INTO ops_chats (chat_id, moved_to) VALUES ($1, $2)
                 ON CONFLICT (chat_id) DO UPDATE SET moved_to = excluded.moved_to",
            )
            .bind(from)
            .bind(to)
            .execute(&mut *tx)
            .await?;
            sqlx::query(
                "UPDATE ops_outbox SET chat_id = $2, leased_until = NULL WHERE chat_id = $1 AND state = 'pending'",
            )
            .bind(from)
            .bind(to)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
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
