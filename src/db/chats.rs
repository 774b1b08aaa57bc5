//! What Telegram has said about the chats: where one moved to, which ones are lost.

use super::{Db, on, tx::write};
use crate::domain::Timestamp;

impl Db {
    /// Stores the move and readdresses what waits for the old chat. The standing messages stayed behind there: they are
    /// sent anew when they have something new to say.
    pub async fn move_chat(&self, from: i64, to: i64) -> sqlx::Result<()> {
        write!(self, conn => {
            sqlx::query(
                "INSERT INTO ops_chats (chat_id, moved_to) VALUES ($1, $2)
                 ON CONFLICT (chat_id) DO UPDATE SET moved_to = excluded.moved_to",
            )
            .bind(from)
            .bind(to)
            .execute(&mut *conn)
            .await?;
            sqlx::query(
                "UPDATE ops_outbox SET chat_id = $2, leased_until = NULL, message_id = NULL
                 WHERE chat_id = $1 AND (state = 'pending' OR (state = 'sent' AND kind IN ('card', 'digest')))",
            )
            .bind(from)
            .bind(to)
            .execute(&mut *conn)
            .await?;
        });
        Ok(())
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
