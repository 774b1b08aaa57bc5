//! Proposals that can no longer be decided, or whose incident is closed while their detector has another one.

use super::{IS_MOOT, IS_OVERTAKEN, Proposal, RETURNING};
use crate::{
    db::{Db, states::ProposalState, tx::Tx},
    domain::Timestamp,
};

/// Its message is queued, or its number in the chat is not known yet.
const IS_ON_ITS_WAY: &str = "EXISTS (SELECT 1 FROM ops_outbox m WHERE m.id = ops_proposals.outbox_id AND m.state = 'pending'
            AND m.message_id IS NULL AND m.leased_until > $1)";

impl Db {
    /// The detectors of proposals that wait and whose incident has closed.
    pub async fn sources_of_moot_proposals(&self) -> sqlx::Result<Vec<String>> {
        self.query([
            "SELECT DISTINCT source FROM ops_proposals WHERE state = 'pending' AND",
            IS_MOOT,
        ])
        .fetch_values()
        .await
    }

    /// Moves the detector's proposals whose incident has closed to another one.
    pub async fn pass_on_proposals(&self, source: &str, incident: i64) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.query([
            "UPDATE ops_proposals SET incident_id = $2
             WHERE source = $1 AND state = 'pending' AND",
            IS_MOOT,
            "AND NOT",
            IS_OVERTAKEN,
        ])
        .bind(source)
        .bind(incident)
        .execute()
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends the proposals that can no longer be decided, except those being sent, and those confirmed before `begun_by`
    /// whose action nobody runs. Returns them.
    pub async fn end_proposals(
        &self,
        begun_by: Option<Timestamp>,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Proposal>> {
        if !self.any_proposal_waits().await? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut ended = Vec::new();
        for (state, reason) in [
            (ProposalState::Withdrawn, IS_MOOT),
            (ProposalState::Overtaken, IS_OVERTAKEN),
            (ProposalState::Expired, "expires_at <= $1"),
        ] {
            let end = [
                "UPDATE ops_proposals SET state = $2, decided_at = $1 WHERE state = 'pending' AND",
                reason,
                "AND NOT",
                IS_ON_ITS_WAY,
                RETURNING,
            ];
            ended.extend(tx.query(end).bind(now).bind(state).fetch_all().await?);
        }
        tx.drop_questions(now).await?;
        if let Some(begun_by) = begun_by {
            ended.extend(tx.interrupt_proposals(begun_by, now).await?);
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Asked without the write lock, which nearly every look would take in vain.
    async fn any_proposal_waits(&self) -> sqlx::Result<bool> {
        let waiting: i64 = self
            .query("SELECT COUNT(*) FROM ops_proposals WHERE state IN ('pending', 'under_way')")
            .fetch_value()
            .await?;
        Ok(waiting > 0)
    }
}

impl Tx {
    /// A proposal that can no longer be decided need not be sent.
    async fn drop_questions(&mut self, now: Timestamp) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_outbox SET state = 'obsolete', leased_until = NULL
             WHERE state = 'pending' AND message_id IS NULL
                AND (leased_until IS NULL OR leased_until <= $1)
                AND id IN (SELECT outbox_id FROM ops_proposals
                    WHERE state IN ('withdrawn', 'overtaken', 'expired')
                        AND outbox_id IS NOT NULL)",
        )
        .bind(now)
        .execute()
        .await
    }

    async fn interrupt_proposals(
        &mut self,
        begun_by: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Proposal>> {
        self.query([
            "UPDATE ops_proposals SET state = 'interrupted'
             WHERE state = 'under_way' AND decided_at <= $1 AND NOT EXISTS (
                SELECT 1 FROM ops_leases WHERE name = 'action:' || action_name
                    AND expires_at > $2)",
            RETURNING,
        ])
        .bind(begun_by)
        .bind(now)
        .fetch_all()
        .await
    }
}
