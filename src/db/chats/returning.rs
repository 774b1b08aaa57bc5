//! A chat that can be written to again: what it shows is brought up to date.

use crate::{
    db::{Draft, Subject, tx::Tx},
    domain::Timestamp,
};

/// The messages of a lost chat that are outdated since its last delivery or a failed one.
const BROUGHT_UP_TO_DATE: &str =
    "UPDATE ops_outbox SET state = 'pending', revision = revision + 1, leased_until = NULL,
        pending_since = $1, next_attempt_at = $1, attempts = 0, stalls = 0
    WHERE chat_id = $2 AND kind IN ('card', 'digest') AND state = 'sent' AND message_id IS NOT NULL
        AND (last_error IS NOT NULL OR EXISTS (
            SELECT 1 FROM ops_incidents i
            WHERE (i.id = ops_outbox.incident_id OR i.digest_id = ops_outbox.digest_id)
                AND (i.closed_at IS NULL OR i.closed_at > ops_outbox.sent_at)))";

/// Fixed texts that were not sent because the chat was lost, except earlier greetings, decided proposals and texts
/// older than a day.
const SENT_AFTER_ALL: &str =
    "UPDATE ops_outbox SET state = 'pending', leased_until = NULL, next_attempt_at = $1,
        pending_since = $1, attempts = 0, stalls = 0
    WHERE chat_id = $2 AND kind = 'post' AND state = 'dead' AND message_id IS NULL AND created_at > $3 AND html <> $4
        AND last_error = (SELECT dead_reason FROM ops_chats WHERE chat_id = $2)
        AND NOT EXISTS (SELECT 1 FROM ops_proposals p WHERE p.outbox_id = ops_outbox.id AND p.state <> 'pending')";

const ON_TRIAL: &str =
    "UPDATE ops_chats SET dead_since = NULL, on_trial = TRUE, tried_at = $2 WHERE chat_id = $1";

const A_DAY: chrono::Duration = chrono::Duration::days(1);

impl Tx {
    /// Puts a lost chat on trial, and has what it shows and what it has missed delivered, but for greetings.
    pub async fn readmit_chat(
        &mut self,
        chat: i64,
        greeting: &Draft,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        self.query(SENT_AFTER_ALL)
            .bind(now)
            .bind(chat)
            .bind(now - A_DAY)
            .bind(&greeting.html)
            .execute()
            .await?;
        self.query(ON_TRIAL).bind(chat).bind(now).execute().await?;
        self.query(BROUGHT_UP_TO_DATE)
            .bind(now)
            .bind(chat)
            .execute()
            .await
    }

    /// The newest alert of an incident, or of a digest's incidents.
    pub async fn newest_alert(&mut self, subject: Subject) -> sqlx::Result<Option<i64>> {
        self.query(
            "SELECT CAST(MAX(a.id) AS BIGINT) FROM ops_alerts_history a
             JOIN ops_incidents i ON i.id = a.incident_id
             WHERE i.id = $1 OR i.digest_id = $2",
        )
        .bind(subject.incident())
        .bind(subject.digest())
        .fetch_value()
        .await
    }
}
