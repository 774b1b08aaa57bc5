//! Remediations that wait for a confirmation in the chat.

use super::{Db, states::ProposalState};
use crate::domain::{Mode, Session, Timestamp};

/// Stands for the program as the author of a proposal.
const NOBODY: i64 = 0;

/// Its fault is over, so there is nothing to remedy.
const IS_MOOT: &str = "EXISTS (SELECT 1 FROM ops_incidents i
            WHERE i.id = ops_proposals.incident_id AND i.closed_at IS NOT NULL)";

/// The same was proposed elsewhere, and decided there.
const IS_OVERTAKEN: &str = "EXISTS (SELECT 1 FROM ops_proposals o
            WHERE o.id <> ops_proposals.id AND o.incident_id = ops_proposals.incident_id
                AND o.action_name = ops_proposals.action_name AND o.state IN ('under_way', 'confirmed', 'cancelled')
                AND o.decided_at > ops_proposals.created_at)";

const RETURNING: &str = "RETURNING id, chat_id,
            COALESCE(message_id, (SELECT m.message_id FROM ops_outbox m WHERE m.id = ops_proposals.outbox_id))
                AS message_id,
            source, action_name, incident_id, state, decided_by, first_by, html, session, seal, mode";

mod ending;

pub struct NewProposal<'a> {
    pub chat_id: i64,
    pub source: &'a str,
    pub action_name: &'a str,
    pub incident_id: Option<i64>,
    /// `None` when the program proposes it by itself.
    pub requested_by: Option<i64>,
    pub expires_at: Timestamp,
    pub html: &'a str,
    pub session: Option<Session>,
    /// The digest of the proposed action.
    pub seal: &'a str,
    pub mode: Mode,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Proposal {
    pub id: i64,
    pub chat_id: i64,
    pub message_id: Option<i64>,
    pub source: String,
    pub action_name: String,
    pub incident_id: Option<i64>,
    pub state: ProposalState,
    pub decided_by: Option<i64>,
    /// The first of two who must confirm.
    pub first_by: Option<i64>,
    pub html: Option<String>,
    /// The session that it would end, as it was shown.
    pub session: Option<String>,
    /// The digest and mode of the proposed action; `None` for proposals of an older version.
    pub seal: Option<String>,
    pub mode: Option<String>,
}

impl Db {
    /// Writes a proposal down for where the chat is now; `None` when the same one waits there already.
    pub async fn propose(
        &self,
        new: &NewProposal<'_>,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        let mut tx = self.begin().await?;

        let id = tx
            .query([
                "INSERT INTO ops_proposals
                    (created_at, expires_at, chat_id, source, action_name, requested_by,
                        incident_id, html, session,
                     seal, mode, state)
                 SELECT $1, $2, t.chat_id, $4, $5, $6, $7, $8, $9, $10, $11, 'pending'
                 FROM (SELECT COALESCE((SELECT moved_to FROM ops_chats WHERE chat_id = $3),
                    $3) AS chat_id) t
                 WHERE NOT EXISTS (SELECT 1 FROM ops_proposals
                    WHERE ops_proposals.chat_id = t.chat_id AND source = $4 AND action_name = $5
                        AND state = 'pending'
                        AND expires_at > $1 AND NOT",
                IS_MOOT,
                ") RETURNING id",
            ])
            .bind(now)
            .bind(new.expires_at)
            .bind(new.chat_id)
            .bind(new.source)
            .bind(new.action_name)
            .bind(new.requested_by.unwrap_or(NOBODY))
            .bind(new.incident_id)
            .bind(new.html)
            .bind(new.session.map(|session| session.to_string()))
            .bind(new.seal)
            .bind(new.mode.as_str())
            .fetch_optional_value()
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// When the program itself last proposed this action.
    pub async fn last_asked(&self, action: &str) -> sqlx::Result<Option<Timestamp>> {
        self.query(
            "SELECT created_at FROM ops_proposals
             WHERE action_name = $1 AND requested_by = $2 ORDER BY created_at DESC LIMIT 1",
        )
        .bind(action)
        .bind(NOBODY)
        .fetch_optional_value()
        .await
    }

    /// Records the chat that its message has reached.
    pub async fn set_proposal_message(
        &self,
        id: i64,
        chat_id: i64,
        message_id: i64,
    ) -> sqlx::Result<()> {
        self.query("UPDATE ops_proposals SET chat_id = $2, message_id = $3 WHERE id = $1")
            .bind(id)
            .bind(chat_id)
            .bind(message_id)
            .execute()
            .await
    }

    /// The outbox brings it.
    pub async fn set_proposal_outbox(&self, id: i64, outbox_id: i64) -> sqlx::Result<()> {
        self.query("UPDATE ops_proposals SET outbox_id = $2 WHERE id = $1")
            .bind(id)
            .bind(outbox_id)
            .execute()
            .await
    }

    pub async fn proposal(&self, id: i64) -> sqlx::Result<Option<Proposal>> {
        self.query(
            "SELECT id, chat_id, message_id, source, action_name, incident_id, state, decided_by,
                first_by, html,
                session, seal, mode
             FROM ops_proposals WHERE id = $1",
        )
        .bind(id)
        .fetch_optional()
        .await
    }

    /// Records the first of two confirmations, in place of one that no longer counts, if any. Of several at once, one
    /// gets `true`.
    pub async fn confirm_first(
        &self,
        id: i64,
        by: i64,
        instead_of: Option<i64>,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;

        let confirmed = tx
            .query([
                "UPDATE ops_proposals SET first_by = $2
                 WHERE id = $1 AND (first_by IS NULL OR first_by = $4) AND state = 'pending'
                    AND expires_at > $3 AND NOT",
                IS_MOOT,
                "AND NOT",
                IS_OVERTAKEN,
            ])
            .bind(id)
            .bind(by)
            .bind(now)
            .bind(instead_of)
            .rows_affected()
            .await?;
        tx.commit().await?;
        Ok(confirmed == 1)
    }

    /// Settles a proposal that is pending, in time, and still of use. Of several that decide at once, on it or on the
    /// same one in another chat, one gets `true`.
    pub async fn decide_proposal(
        &self,
        id: i64,
        state: ProposalState,
        by: i64,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;

        let decided = tx
            .query([
                "UPDATE ops_proposals SET state = $2, decided_by = $3, decided_at = $4
                 WHERE id = $1 AND state = 'pending' AND expires_at > $4 AND NOT",
                IS_MOOT,
                "AND NOT",
                IS_OVERTAKEN,
            ])
            .bind(id)
            .bind(state)
            .bind(by)
            .bind(now)
            .rows_affected()
            .await?;
        tx.commit().await?;
        Ok(decided == 1)
    }

    /// The outcome was shown.
    pub async fn proposal_carried_out(&self, id: i64) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_proposals SET state = 'confirmed' WHERE id = $1 AND state = 'under_way'",
        )
        .bind(id)
        .execute()
        .await
    }
}
