//! Claims messages for delivery, and records the outcome.

use super::{Claim, OutboxDepth, OutboxFate};
use crate::{
    db::{Db, leases::LEASE_LASTS, states::TopicLost},
    domain::{Rejection, Timestamp},
};

/// The lease that lets one of several instances deliver.
const LEASE: &str = "outbox";

/// A message is free unless the deliverer `$2` is working on it: those in `$3`. Any other claimant no longer holds the
/// lease.
const FREE: &str = "state = 'pending' AND next_attempt_at <= $1
            AND (claimed_by IS DISTINCT FROM $2 OR $3 NOT LIKE '%,' || CAST(id AS TEXT) || ',%')";

/// Tells if there is something to claim and no other deliverer.
const IS_DUE: [&str; 3] = [
    "SELECT EXISTS (SELECT 1 FROM ops_outbox WHERE",
    FREE,
    ") AND NOT EXISTS (SELECT 1 FROM ops_leases
     WHERE name = 'outbox' AND holder <> $2 AND expires_at > $1)",
];

/// The next message of each chat: new ones in the order in which they were queued, those that waited through an outage
/// after the others and open incidents before closed ones; then edits. A message in delivery comes first, and a failing
/// one is skipped while it waits.
const CLAIM: [&str; 3] = [
    "UPDATE ops_outbox SET leased_until = $4, claimed_by = $2, attempts = attempts + 1
     WHERE id IN (
         SELECT id FROM (
             SELECT id, ROW_NUMBER() OVER (PARTITION BY chat_id
                 ORDER BY CASE WHEN leased_until > $1 THEN 0 WHEN message_id IS NULL THEN 1
                     ELSE 2 END,
                     CASE WHEN message_id IS NULL THEN late END,
                     CASE WHEN message_id IS NULL THEN id END, next_attempt_at, id) AS place
             FROM ops_outbox WHERE state = 'pending'
                 AND NOT ((stalls >= $5 OR refusals > 0) AND next_attempt_at > $1)) turns
         WHERE place = 1) AND",
    FREE,
    "RETURNING id, pending_since, chat_id, thread_id, topic_lost, kind, reason,
     alert_id, incident_id, digest_id, html, buttons, silent, attempts, stalls, late, revision,
        message_id",
];

/// After this many failures in a row, the chat's next message goes first while this one waits.
const GIVES_WAY_FROM: i64 = 3;

impl Db {
    /// Takes the messages that are due for sending, one of each chat, so that a chat in trouble holds up no other. One
    /// instance does so at a time: Telegram counts what all of them send. `at` are those that it is at already; what it
    /// has claimed besides, it has lost sight of. Until `leased_until` a claimed message counts as on its way.
    pub async fn claim_due(
        &self,
        deliverer: &str,
        at: &[i64],
        now: Timestamp,
        leased_until: Timestamp,
    ) -> sqlx::Result<Claim> {
        let at: String = at.iter().map(|id| format!(",{id},")).collect();
        // Even an update without rows waits for SQLite's writers, and most looks find nothing.
        let due: bool = self
            .query(IS_DUE)
            .bind(now)
            .bind(deliverer)
            .bind(&at)
            .fetch_value()
            .await?;
        if !due {
            return Ok(Claim::Nothing);
        }
        let mut tx = self.begin().await?;
        let is_ours = tx
            .acquire_lease(LEASE, deliverer, now, now + LEASE_LASTS)
            .await?;
        let claim = if is_ours {
            let claimed = tx
                .query(CLAIM)
                .bind(now)
                .bind(deliverer)
                .bind(&at)
                .bind(leased_until)
                .bind(GIVES_WAY_FROM)
                .fetch_all()
                .await?;
            Claim::Messages(claimed)
        } else {
            Claim::Nothing
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// Tells if this is the instance that delivers, or becomes it.
    pub async fn may_deliver(&self, deliverer: &str, now: Timestamp) -> sqlx::Result<bool> {
        self.acquire_lease(LEASE, deliverer, now, now + LEASE_LASTS)
            .await
    }

    /// Prolongs the lease of deliveries while some are under way. False when another process has taken it over.
    pub async fn go_on_delivering(&self, deliverer: &str, now: Timestamp) -> sqlx::Result<bool> {
        self.renew_lease(LEASE, deliverer, now + LEASE_LASTS).await
    }

    /// Tells if the message is still this deliverer's to send.
    pub async fn is_claimed_by(&self, id: i64, deliverer: &str) -> sqlx::Result<bool> {
        self.query(
            "SELECT EXISTS (SELECT 1 FROM ops_outbox
             WHERE id = $1 AND state = 'pending' AND claimed_by = $2)",
        )
        .bind(id)
        .bind(deliverer)
        .fetch_value()
        .await
    }

    /// Releases a claimed message, whatever the outcome of its delivery. A claim of another deliverer is kept.
    pub async fn release_claim(&self, id: i64, deliverer: &str) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET leased_until = NULL, claimed_by = NULL
             WHERE id = $1 AND state = 'pending' AND claimed_by = $2",
        )
        .bind(id)
        .bind(deliverer)
        .execute()
        .await
    }

    /// Gives the message up.
    pub async fn mark_dead(&self, id: i64, error: &str) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET state = 'dead', last_error = $2, leased_until = NULL
             WHERE id = $1",
        )
        .bind(id)
        .bind(error)
        .execute()
        .await
    }

    /// The message is outdated.
    pub async fn mark_obsolete(&self, id: i64) -> sqlx::Result<()> {
        self.query("UPDATE ops_outbox SET state = 'obsolete', leased_until = NULL WHERE id = $1")
            .bind(id)
            .execute()
            .await
    }

    /// Gives up all that waits for a lost chat. How many messages that were; those that are in the chat stay there.
    pub async fn drop_pending(&self, chat_id: i64, why: &Rejection) -> sqlx::Result<u64> {
        let error = why.to_string();
        let mut tx = self.begin().await?;
        tx.query(
            "UPDATE ops_outbox SET state = 'sent', last_error = $2, leased_until = NULL
             WHERE chat_id = $1 AND state = 'pending' AND message_id IS NOT NULL",
        )
        .bind(chat_id)
        .bind(&error)
        .execute()
        .await?;
        let dropped = tx
            .query(
                "UPDATE ops_outbox SET state = 'dead', last_error = $2, leased_until = NULL
                 WHERE chat_id = $1 AND state = 'pending'",
            )
            .bind(chat_id)
            .bind(&error)
            .rows_affected()
            .await?;
        tx.commit().await?;
        Ok(dropped)
    }

    /// Sends the message to the chat's general topic instead.
    pub async fn leave_topic(&self, id: i64, why: TopicLost) -> sqlx::Result<()> {
        self.query("UPDATE ops_outbox SET topic_lost = $2, leased_until = NULL WHERE id = $1")
            .bind(id)
            .bind(why)
            .execute()
            .await
    }

    pub async fn outbox_fate(&self, id: i64) -> sqlx::Result<OutboxFate> {
        self.query("SELECT state, last_error FROM ops_outbox WHERE id = $1")
            .bind(id)
            .fetch_one()
            .await
    }

    pub async fn outbox_depth(&self) -> sqlx::Result<OutboxDepth> {
        let (pending, oldest) = self
            .query("SELECT COUNT(*), MIN(pending_since) FROM ops_outbox WHERE state = 'pending'")
            .fetch_one()
            .await?;
        Ok(OutboxDepth { pending, oldest })
    }

    /// The age of the oldest new message, if it is older than `before` and nothing has arrived anywhere since.
    pub async fn stuck_since(&self, before: Timestamp) -> sqlx::Result<Option<Timestamp>> {
        self.query(
            "SELECT MIN(pending_since) FROM ops_outbox
             WHERE state = 'pending' AND message_id IS NULL AND pending_since < $1
                AND NOT EXISTS (SELECT 1 FROM ops_outbox sent WHERE sent.sent_at >= $1)",
        )
        .bind(before)
        .fetch_value()
        .await
    }
}
