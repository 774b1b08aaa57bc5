//! The known state of chats: where one moved to, and which ones are lost.

mod returning;

use chrono::Duration;

use super::{Db, tx::Tx};
use crate::domain::{ChatRecord, Rejection, Timestamp};

const MOVED: &str = "INSERT INTO ops_chats (chat_id, moved_to) VALUES ($1, $2)
    ON CONFLICT (chat_id) DO UPDATE SET moved_to = excluded.moved_to";

/// A message that is sent again counts as new.
const READDRESSED: &str =
    "UPDATE ops_outbox SET chat_id = $2, leased_until = NULL, message_id = NULL,
        state = CASE WHEN kind = 'post' THEN 'pending' ELSE state END,
        attempts = CASE WHEN state = 'sent' THEN 0 ELSE attempts END,
        pending_since = CASE WHEN state = 'sent' THEN $3 ELSE pending_since END,
        next_attempt_at = CASE WHEN state = 'sent' THEN $3 ELSE next_attempt_at END
    WHERE chat_id = $1 AND (state = 'pending' OR (state = 'sent' AND (kind IN ('card', 'digest')
        OR id IN (SELECT outbox_id FROM ops_proposals WHERE state = 'pending'))))";

/// Proposals sent by the outbox. Those that answer a command are in the chat in which they arrived.
const FOLLOWING: &str = "UPDATE ops_proposals SET chat_id = $2
    WHERE chat_id = $1 AND state = 'pending' AND message_id IS NULL";

#[derive(sqlx::FromRow)]
struct ChatRow {
    chat_id: i64,
    moved_to: Option<i64>,
    dead_since: Option<Timestamp>,
    dead_reason: Option<String>,
    dead_code: Option<String>,
    on_trial: bool,
    tried_at: Option<Timestamp>,
    wait_sec: i64,
    tries: i64,
}

impl From<ChatRow> for ChatRecord {
    fn from(row: ChatRow) -> Self {
        Self {
            chat_id: row.chat_id,
            moved_to: row.moved_to,
            lost_since: row.dead_since,
            reason: reason(row.dead_code.as_deref(), row.dead_reason),
            on_trial: row.on_trial,
            tried_at: row.tried_at,
            wait: Duration::try_seconds(row.wait_sec).unwrap_or_default(),
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
        }
    }
}

/// Rows of earlier versions have an English text alone, and later versions may know of further codes.
fn reason(code: Option<&str>, text: Option<String>) -> Option<Rejection> {
    code.and_then(|code| code.parse().ok())
        .or_else(|| text.map(Rejection::Recorded))
}

impl Db {
    /// Stores the move and readdresses what waits for the old chat.
    pub async fn move_chat(&self, from: i64, to: i64, now: Timestamp) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.move_chat(from, to, now).await?;
        tx.commit().await
    }

    /// The id that the chat has now: a group that became a supergroup has another.
    pub async fn current_chat(&self, chat_id: i64) -> sqlx::Result<i64> {
        let moved = self
            .query("SELECT moved_to FROM ops_chats WHERE chat_id = $1 AND moved_to IS NOT NULL")
            .bind(chat_id)
            .fetch_optional_value()
            .await?;
        Ok(moved.unwrap_or(chat_id))
    }

    /// Every chat of which there is anything to say: those that moved, those that are lost, and those that were.
    pub async fn chat_records(&self) -> sqlx::Result<Vec<ChatRecord>> {
        let rows: Vec<ChatRow> = self
            .query(
                "SELECT chat_id, moved_to, dead_since, dead_reason, dead_code, on_trial, tried_at,
                 wait_sec, tries FROM ops_chats",
            )
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(ChatRecord::from).collect())
    }

    /// Records a problem with a chat that is not lost. True if it is a new one.
    pub async fn note_trouble(&self, chat_id: i64, why: &Rejection) -> sqlx::Result<bool> {
        self.query(
            "INSERT INTO ops_chats (chat_id, dead_reason, dead_code) VALUES ($1, $2, $3)
             ON CONFLICT (chat_id) DO UPDATE SET dead_reason = excluded.dead_reason,
                dead_code = excluded.dead_code
             WHERE ops_chats.dead_reason IS DISTINCT FROM excluded.dead_reason",
        )
        .bind(chat_id)
        .bind(why.to_string())
        .bind(why.code())
        .rows_affected()
        .await
        .map(|rows| rows == 1)
    }

    /// Records that a chat cannot be reached and why, and that it was tried so often. True when it was not lost before.
    pub async fn bury_chat(
        &self,
        chat_id: i64,
        why: &Rejection,
        tries: u32,
        wait: Duration,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        self.query(
            "INSERT INTO ops_chats (chat_id, dead_since, dead_reason, tried_at, wait_sec, tries,
                on_trial, dead_code)
             VALUES ($1, $3, $2, $3, $4, $5, FALSE, $6)
             ON CONFLICT (chat_id) DO UPDATE SET dead_since = excluded.dead_since,
                dead_reason = excluded.dead_reason, dead_code = excluded.dead_code,
                tried_at = excluded.tried_at, wait_sec = excluded.wait_sec,
                tries = excluded.tries, on_trial = FALSE
             WHERE ops_chats.dead_since IS NULL",
        )
        .bind(chat_id)
        .bind(why.to_string())
        .bind(now)
        .bind(wait.num_seconds())
        .bind(i64::from(tries))
        .bind(why.code())
        .rows_affected()
        .await
        .map(|rows| rows == 1)
    }

    /// Records a failed try of a lost chat: the number of tries, and the wait until the next one.
    pub async fn put_off_chat(
        &self,
        chat_id: i64,
        tries: u32,
        wait: Duration,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_chats SET tried_at = $2, wait_sec = $3, tries = $4 WHERE chat_id = $1",
        )
        .bind(chat_id)
        .bind(now)
        .bind(wait.num_seconds())
        .bind(i64::from(tries))
        .execute()
        .await
    }

    /// Has a lost chat tried again at once: something happened in it. True when it is lost.
    pub async fn hurry_chat(&self, chat_id: i64) -> sqlx::Result<bool> {
        let lost: bool = self
            .query(
                "SELECT EXISTS (SELECT 1 FROM ops_chats
                 WHERE chat_id = $1 AND dead_since IS NOT NULL)",
            )
            .bind(chat_id)
            .fetch_value()
            .await?;
        if lost {
            let mut tx = self.begin().await?;
            tx.query("UPDATE ops_chats SET wait_sec = 0 WHERE chat_id = $1")
                .bind(chat_id)
                .execute()
                .await?;
            tx.commit().await?;
        }
        Ok(lost)
    }
}

impl Tx {
    /// Something has arrived in the chat, in its general topic or another. True when it was in trouble until now.
    pub(super) async fn chat_is_well(
        &mut self,
        chat_id: i64,
        in_general_topic: bool,
    ) -> sqlx::Result<bool> {
        let in_trouble: bool = self
            .query(
                "SELECT EXISTS (SELECT 1 FROM ops_chats WHERE chat_id = $1
                 AND (on_trial OR (dead_since IS NULL AND dead_reason IS NOT NULL AND $2)))",
            )
            .bind(chat_id)
            .bind(in_general_topic)
            .fetch_value()
            .await?;
        if in_trouble {
            self.query(
                "UPDATE ops_chats SET dead_since = NULL, dead_reason = NULL, dead_code = NULL,
                    on_trial = FALSE
                 WHERE chat_id = $1",
            )
            .bind(chat_id)
            .execute()
            .await?;
        }
        Ok(in_trouble)
    }

    /// The old messages cannot be edited any more. Incidents' messages are sent again when they change; open proposals
    /// at once.
    pub async fn move_chat(&mut self, from: i64, to: i64, now: Timestamp) -> sqlx::Result<()> {
        self.query(MOVED).bind(from).bind(to).execute().await?;
        self.query(READDRESSED)
            .bind(from)
            .bind(to)
            .bind(now)
            .execute()
            .await?;
        self.query(FOLLOWING).bind(from).bind(to).execute().await?;
        Ok(())
    }
}
