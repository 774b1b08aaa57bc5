//! Remediations that wait for a confirmation in the chat.

use super::{Db, on, states::ProposalState, tx::write};
use crate::domain::Timestamp;

pub struct NewProposal<'a> {
    pub chat_id: i64,
    pub source: &'a str,
    pub action_name: &'a str,
    pub requested_by: i64,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Proposal {
    pub id: i64,
    pub chat_id: i64,
    pub message_id: Option<i64>,
    pub source: String,
    pub action_name: String,
    pub state: ProposalState,
    pub decided_by: Option<i64>,
}

impl Db {
    /// Writes a proposal down; `None` when the same one waits in that chat already.
    pub async fn propose(
        &self,
        new: &NewProposal<'_>,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        let id = write!(self, conn => {
            sqlx::query_scalar(
                "INSERT INTO ops_proposals
                    (created_at, expires_at, chat_id, source, action_name, requested_by, state)
                 SELECT $1, $2, $3, $4, $5, $6, 'pending'
                 WHERE NOT EXISTS (SELECT 1 FROM ops_proposals
                    WHERE chat_id = $3 AND source = $4 AND state = 'pending' AND expires_at > $1)
                 RETURNING id",
            )
            .bind(now)
            .bind(new.expires_at)
            .bind(new.chat_id)
            .bind(new.source)
            .bind(new.action_name)
            .bind(new.requested_by)
            .fetch_optional(&mut *conn)
            .await?
        });
        Ok(id)
    }

    pub async fn set_proposal_message(&self, id: i64, message_id: i64) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("UPDATE ops_proposals SET message_id = $2 WHERE id = $1")
                .bind(id)
                .bind(message_id)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    pub async fn proposal(&self, id: i64) -> sqlx::Result<Option<Proposal>> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT id, chat_id, message_id, source, action_name, state, decided_by
                 FROM ops_proposals WHERE id = $1",
            )
            .bind(id)
            .fetch_optional(pool)
            .await
        })
    }

    /// Settles a proposal that is pending and in time. Of several that decide at once, one gets `true`.
    pub async fn decide_proposal(
        &self,
        id: i64,
        state: ProposalState,
        by: i64,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        on!(self, pool => {
            sqlx::query(
                "UPDATE ops_proposals SET state = $2, decided_by = $3, decided_at = $4
                 WHERE id = $1 AND state = 'pending' AND expires_at > $4",
            )
            .bind(id)
            .bind(state)
            .bind(by)
            .bind(now)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() == 1)
        })
    }

    /// Ends the proposals whose time is up, and tells which they were.
    pub async fn expire_proposals(&self, now: Timestamp) -> sqlx::Result<Vec<Proposal>> {
        on!(self, pool => {
            sqlx::query_as(
                "UPDATE ops_proposals SET state = 'expired', decided_at = $1
                 WHERE state = 'pending' AND expires_at <= $1
                 RETURNING id, chat_id, message_id, source, action_name, state, decided_by",
            )
            .bind(now)
            .fetch_all(pool)
            .await
        })
    }
}
