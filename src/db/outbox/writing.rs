//! Writes messages to the outbox, and keeps the standing ones up to date.

use super::{Draft, News, Standing, Subject};
use crate::{
    db::{Db, query::Query, states::MessageKind, tx::Tx},
    domain::{ChatTarget, Reason, Timestamp},
};

/// Addresses a fixed text to where the chat is now, unless the chat is lost.
const POST: &str = "INSERT INTO ops_outbox
        (created_at, pending_since, chat_id, thread_id, html, buttons, silent, kind, state, attempts, next_attempt_at)
    SELECT $1, $1, COALESCE(c.moved_to, t.chat_id), $3, $4, $5, $6, 'post', 'pending', 0, $1
    FROM (SELECT CAST($2 AS BIGINT) AS chat_id) t LEFT JOIN ops_chats c ON c.chat_id = t.chat_id
    WHERE NOT EXISTS (SELECT 1 FROM ops_chats lost
        WHERE lost.chat_id = COALESCE(c.moved_to, t.chat_id) AND lost.dead_since IS NOT NULL)
    RETURNING id";

/// A chat's current id; no row if it is lost.
const ADDRESS: &str = "SELECT COALESCE(c.moved_to, t.chat_id)
    FROM (SELECT CAST($1 AS BIGINT) AS chat_id) t LEFT JOIN ops_chats c ON c.chat_id = t.chat_id
    WHERE NOT EXISTS (SELECT 1 FROM ops_chats lost
        WHERE lost.chat_id = COALESCE(c.moved_to, t.chat_id) AND lost.dead_since IS NOT NULL)";

/// Marks messages as changed. One that waits anyway keeps its turn and its age; a lost chat is not written to.
pub(super) const TOUCH: &str = "UPDATE ops_outbox SET revision = revision + 1, state = 'pending',
        pending_since = CASE WHEN state = 'pending' THEN pending_since ELSE $2 END,
        next_attempt_at = CASE WHEN state = 'pending' THEN next_attempt_at ELSE $2 END,
        attempts = CASE WHEN state = 'pending' THEN attempts ELSE 0 END
    WHERE state IN ('pending', 'sent') AND NOT EXISTS (SELECT 1 FROM ops_chats lost
        WHERE lost.chat_id = ops_outbox.chat_id AND lost.dead_since IS NOT NULL) AND";

impl Db {
    /// Writes a message for a chat. `None` when the chat is lost.
    pub async fn enqueue(
        &self,
        to: ChatTarget,
        draft: &Draft,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        post(self.query(POST), to, draft, now).await
    }
}

impl Db {
    /// Tells if the subject was escalated to the chat. All that the manager's own chat has was brought to the manager.
    pub async fn was_escalated_to(
        &self,
        subject: Subject,
        chat_id: i64,
        manager: Option<i64>,
    ) -> sqlx::Result<bool> {
        self.query(
            "SELECT EXISTS (SELECT 1 FROM ops_outbox
             WHERE (incident_id = $1 OR digest_id = $2) AND chat_id = $3 AND state <> 'dead'
                AND (reason = 'escalated' OR chat_id = COALESCE(
                    (SELECT moved_to FROM ops_chats WHERE chat_id = $4), $4)))",
        )
        .bind(subject.incident())
        .bind(subject.digest())
        .bind(chat_id)
        .bind(manager)
        .fetch_value()
        .await
    }
}

impl Tx {
    /// As [`Db::enqueue`], as part of something greater.
    pub async fn enqueue_post(
        &mut self,
        to: ChatTarget,
        draft: &Draft,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        post(self.query(POST), to, draft, now).await
    }

    /// The chats' current addresses, without lost chats.
    pub async fn reachable(&mut self, chats: &[ChatTarget]) -> sqlx::Result<Vec<ChatTarget>> {
        let mut reachable = Vec::new();
        for chat in chats {
            let moved: Option<i64> = self
                .query(ADDRESS)
                .bind(chat.chat_id)
                .fetch_optional_value()
                .await?;
            let chat = moved.map(|chat_id| ChatTarget { chat_id, ..*chat });
            reachable.extend(chat.filter(|chat| !reachable.contains(chat)));
        }
        Ok(reachable)
    }

    /// The standing message of a subject in a chat, unless it was given up.
    pub async fn standing(
        &mut self,
        subject: Subject,
        chat: ChatTarget,
        now: Timestamp,
    ) -> sqlx::Result<Option<Standing>> {
        let found: Option<(i64, bool)> = self
            .query(
                "SELECT id, message_id IS NOT NULL OR COALESCE(leased_until > $6, FALSE)
                 FROM ops_outbox
                 WHERE (incident_id = $1 OR digest_id = $2) AND kind = $3 AND chat_id = $4
                    AND thread_id IS NOT DISTINCT FROM $5 AND state IN ('pending', 'sent')
                 ORDER BY id LIMIT 1",
            )
            .bind(subject.incident())
            .bind(subject.digest())
            .bind(subject.kind())
            .bind(chat.chat_id)
            .bind(chat.thread_id.map(i64::from))
            .bind(now)
            .fetch_optional()
            .await?;
        Ok(found.map(|(id, is_sent)| Standing { id, is_sent }))
    }

    /// A reminder that has not been sent yet.
    pub async fn waiting_reminder(
        &mut self,
        subject: Subject,
        chat: ChatTarget,
    ) -> sqlx::Result<Option<i64>> {
        self.query(
            "SELECT id FROM ops_outbox
             WHERE (incident_id = $1 OR digest_id = $2) AND kind = 'notice'
                AND reason LIKE 'reminder:%'
                AND chat_id = $3 AND thread_id IS NOT DISTINCT FROM $4 AND state = 'pending'
                AND message_id IS NULL
             ORDER BY id DESC LIMIT 1",
        )
        .bind(subject.incident())
        .bind(subject.digest())
        .bind(chat.chat_id)
        .bind(chat.thread_id.map(i64::from))
        .fetch_optional_value()
        .await
    }

    /// The chats that have the message or will soon have it. Those in which it was deleted count too.
    pub async fn chats_with(
        &mut self,
        subject: Subject,
        now: Timestamp,
    ) -> sqlx::Result<Vec<ChatTarget>> {
        let chats: Vec<(i64, Option<i64>)> = self
            .query(
                "SELECT DISTINCT chat_id, thread_id FROM ops_outbox
                 WHERE (incident_id = $1 OR digest_id = $2) AND kind = $3
                    AND state IN ('pending', 'sent', 'dead')
                    AND (message_id IS NOT NULL OR (state = 'pending' AND leased_until > $4))
                    AND NOT EXISTS (SELECT 1 FROM ops_chats lost
                        WHERE lost.chat_id = ops_outbox.chat_id AND lost.dead_since IS NOT NULL)
                 ORDER BY chat_id",
            )
            .bind(subject.incident())
            .bind(subject.digest())
            .bind(subject.kind())
            .bind(now)
            .fetch_all()
            .await?;
        let target = |(chat_id, thread): (i64, Option<i64>)| ChatTarget {
            chat_id,
            thread_id: thread.and_then(|thread| thread.try_into().ok()),
        };
        Ok(chats.into_iter().map(target).collect())
    }

    /// Writes a standing message, or a notice on one when there is a reason for it.
    pub async fn enqueue(
        &mut self,
        to: ChatTarget,
        subject: Subject,
        reason: Option<Reason>,
        news: &News,
    ) -> sqlx::Result<()> {
        let kind = reason.map_or(subject.kind(), |_| MessageKind::Notice);
        self.query(
            "INSERT INTO ops_outbox (created_at, pending_since, chat_id, thread_id, alert_id,
                incident_id, digest_id,
                html, buttons, silent, kind, reason, state, attempts, next_attempt_at)
             VALUES ($1, $1, $2, $3, $4, $5, $6, '', '[]', $7, $8, $9, 'pending', 0, $1)",
        )
        .bind(news.now)
        .bind(to.chat_id)
        .bind(to.thread_id.map(i64::from))
        .bind(news.alert_id)
        .bind(subject.incident())
        .bind(subject.digest())
        .bind(news.silent)
        .bind(kind)
        .bind(reason.map(|reason| reason.to_string()))
        .execute()
        .await
    }

    /// Makes a message report a newer alert. A queued message becomes as loud as that.
    pub async fn renew(&mut self, id: i64, news: &News) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET alert_id = COALESCE($2, alert_id), silent = (silent AND $3),
                revision = revision + 1, state = 'pending',
                pending_since = CASE WHEN state = 'pending' THEN pending_since ELSE $4 END
             WHERE id = $1",
        )
        .bind(id)
        .bind(news.alert_id)
        .bind(news.silent)
        .bind(news.now)
        .execute()
        .await
    }

    pub async fn touch_cards(&mut self, incident: i64, now: Timestamp) -> sqlx::Result<()> {
        self.query([TOUCH, "incident_id = $1 AND kind = 'card'"])
            .bind(incident)
            .bind(now)
            .execute()
            .await
    }

    pub async fn touch_digest(&mut self, digest: i64, now: Timestamp) -> sqlx::Result<()> {
        self.query([TOUCH, "digest_id = $1 AND kind = 'digest'"])
            .bind(digest)
            .bind(now)
            .execute()
            .await
    }
}

async fn post(
    statement: Query<'_>,
    to: ChatTarget,
    draft: &Draft,
    now: Timestamp,
) -> sqlx::Result<Option<i64>> {
    statement
        .bind(now)
        .bind(to.chat_id)
        .bind(to.thread_id.map(i64::from))
        .bind(&draft.html)
        .bind(draft.buttons.to_string())
        .bind(draft.silent)
        .fetch_optional_value()
        .await
}
