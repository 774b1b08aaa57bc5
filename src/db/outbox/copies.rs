//! Messages that are already in a chat and are kept up to date.

use super::{OutboxMessage, Subject, writing::TOUCH};
use crate::{
    db::{Db, tx::Tx},
    domain::{ChatTarget, Timestamp},
};

impl Db {
    /// The subject of a message in a chat, if the outbox sent it or keeps it up to date.
    pub async fn subject_of(&self, chat_id: i64, message_id: i64) -> sqlx::Result<Option<Subject>> {
        let found: Option<(Option<i64>, Option<i64>)> = self
            .query(
                "SELECT incident_id, digest_id FROM ops_outbox
                 WHERE chat_id = $1 AND message_id = $2
                 ORDER BY id DESC LIMIT 1",
            )
            .bind(chat_id)
            .bind(message_id)
            .fetch_optional()
            .await?;
        Ok(found.and_then(|(incident, digest)| {
            incident.map(Subject::Card).or(digest.map(Subject::Digest))
        }))
    }

    /// The message in the same chat and topic that this one is to be tied to: the standing one.
    pub async fn first_message(&self, message: &OutboxMessage) -> sqlx::Result<Option<i64>> {
        self.query(
            "SELECT message_id FROM ops_outbox
             WHERE (incident_id = $1 OR digest_id = $2) AND chat_id = $3
                AND thread_id IS NOT DISTINCT FROM $4
                AND message_id IS NOT NULL
             ORDER BY CASE WHEN state IN ('pending', 'sent') THEN 0 ELSE 1 END,
                CASE WHEN kind IN ('card', 'digest') THEN 0 ELSE 1 END, id
             LIMIT 1",
        )
        .bind(message.incident_id)
        .bind(message.digest_id)
        .bind(message.chat_id)
        .bind(message.thread_id)
        .fetch_optional_value()
        .await
    }

    /// Updates an existing message in a chat, and keeps it up to date from now on.
    pub async fn keep_true(
        &self,
        subject: Subject,
        chat: ChatTarget,
        message_id: i32,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        if !tx.knows(chat.chat_id, message_id, now).await? {
            tx.retire_copies(subject, chat).await?;
            tx.adopt(subject, chat, message_id, now).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Limits how many messages of a subject are kept up to date in a chat's topic, because people may ask for another
    /// one all day.
    async fn retire_copies(&mut self, subject: Subject, chat: ChatTarget) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET state = 'obsolete'
             WHERE (incident_id = $1 OR digest_id = $2) AND kind = $3 AND chat_id = $4
                AND thread_id IS NOT DISTINCT FROM $5 AND state IN ('pending', 'sent')
                    AND message_id IS NOT NULL
                AND id > (
                    SELECT MIN(id) FROM ops_outbox
                    WHERE (incident_id = $1 OR digest_id = $2) AND kind = $3 AND chat_id = $4
                        AND thread_id IS NOT DISTINCT FROM $5 AND state IN ('pending', 'sent'))",
        )
        .bind(subject.incident())
        .bind(subject.digest())
        .bind(subject.kind())
        .bind(chat.chat_id)
        .bind(chat.thread_id.map(i64::from))
        .execute()
        .await
    }

    /// Takes a message that is in a chat already for a standing one, to be brought up to date.
    pub async fn adopt(
        &mut self,
        subject: Subject,
        chat: ChatTarget,
        message_id: i32,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_outbox (created_at, pending_since, chat_id, thread_id, incident_id,
                digest_id, html,
                buttons, silent, kind, state, attempts, next_attempt_at, message_id)
             VALUES ($1, $1, $2, $3, $4, $5, '', '[]', TRUE, $6, 'pending', 0, $1, $7)",
        )
        .bind(now)
        .bind(chat.chat_id)
        .bind(chat.thread_id.map(i64::from))
        .bind(subject.incident())
        .bind(subject.digest())
        .bind(subject.kind())
        .bind(i64::from(message_id))
        .execute()
        .await
    }

    /// A standing message that is not in its chat yet is this one.
    pub async fn stands_as(&mut self, id: i64, message_id: i32) -> sqlx::Result<()> {
        self.query("UPDATE ops_outbox SET message_id = $2 WHERE id = $1")
            .bind(id)
            .bind(i64::from(message_id))
            .execute()
            .await
    }

    /// Has the message brought up to date if it is a standing one; false when it is not.
    async fn knows(&mut self, chat_id: i64, message_id: i32, now: Timestamp) -> sqlx::Result<bool> {
        self.query([
            TOUCH,
            "chat_id = $1 AND message_id = $3 AND kind IN ('card', 'digest')",
        ])
        .bind(chat_id)
        .bind(now)
        .bind(i64::from(message_id))
        .rows_affected()
        .await
        .map(|rows| rows > 0)
    }
}
