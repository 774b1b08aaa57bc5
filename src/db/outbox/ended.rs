//! Combines many incidents that ended before they were notified into one message.

use super::OutboxMessage;
use crate::{
    db::{
        Db,
        incidents::{SELECT_INCIDENTS, incidents},
        tx::Tx,
    },
    domain::{Incident, Timestamp},
};

/// An alert that another message reports.
#[derive(sqlx::FromRow)]
#[expect(
    clippy::struct_field_names,
    reason = "they are the names of the columns"
)]
pub(super) struct TakenOver {
    pub alert_id: Option<i64>,
    pub incident_id: Option<i64>,
    pub digest_id: Option<i64>,
}

impl Db {
    /// Makes this message report all incidents that ended before its chat was notified and, after an outage, all ends
    /// that wait. Returns those incidents, oldest first.
    pub async fn gather_ended(
        &self,
        message: &OutboxMessage,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Incident>> {
        if message.message_id.is_none() {
            let mut tx = self.begin().await?;
            tx.query(
                "UPDATE ops_outbox SET state = 'obsolete', told_by = $1, leased_until = NULL
                 WHERE state = 'pending' AND message_id IS NULL AND id <> $1
                    AND chat_id = $2 AND thread_id IS NOT DISTINCT FROM $3
                    AND (leased_until IS NULL OR leased_until <= $4)
                    AND (kind IN ('card', 'digest')
                        OR (kind = 'notice' AND reason = 'resolved' AND $5))
                    AND NOT EXISTS (SELECT 1 FROM ops_incidents i
                        WHERE (i.id = ops_outbox.incident_id
                            OR i.digest_id = ops_outbox.digest_id)
                            AND i.closed_at IS NULL)",
            )
            .bind(message.id)
            .bind(message.chat_id)
            .bind(message.thread_id)
            .bind(now)
            .bind(message.waited_through_outage())
            .execute()
            .await?;
            // Those that one of these was to tell of.
            tx.query(
                "UPDATE ops_outbox SET told_by = $1
                 WHERE told_by IN (SELECT id FROM ops_outbox WHERE told_by = $1)",
            )
            .bind(message.id)
            .execute()
            .await?;
            tx.commit().await?;
        }
        incidents(
            self.query([
                SELECT_INCIDENTS,
                "WHERE id IN (SELECT incident_id FROM ops_outbox WHERE id = $1 OR told_by = $1)
                    OR digest_id IN (SELECT digest_id FROM ops_outbox WHERE told_by = $1)
                 ORDER BY id",
            ])
            .bind(message.id),
        )
        .await
    }
}

impl Tx {
    pub(super) async fn taken_over(&mut self, by: i64) -> sqlx::Result<Vec<TakenOver>> {
        self.query("SELECT alert_id, incident_id, digest_id FROM ops_outbox WHERE told_by = $1")
            .bind(by)
            .fetch_all()
            .await
    }
}
