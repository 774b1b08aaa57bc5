//! Proposals that nobody can decide any more, or whose incident is over while their detector has another.

use super::Proposal;
use crate::{
    db::{
        Db, on,
        tx::{Tx, within, write},
    },
    domain::Timestamp,
};

/// Nobody knows yet under which number it stands in the chat, or whether it does.
macro_rules! is_on_its_way {
    () => {
        "EXISTS (SELECT 1 FROM ops_outbox m WHERE m.id = ops_proposals.outbox_id AND m.state = 'pending'
            AND m.message_id IS NULL AND m.leased_until > $1)"
    };
}

impl Db {
    /// The detectors of proposals that wait and whose incident has closed.
    pub async fn sources_of_moot_proposals(&self) -> sqlx::Result<Vec<String>> {
        on!(self, pool => {
            sqlx::query_scalar(concat!(
                "SELECT DISTINCT source FROM ops_proposals WHERE state = 'pending' AND ",
                is_moot!()
            ))
            .fetch_all(pool)
            .await
        })
    }

    /// Has the detector's proposals whose incident has closed stand for another.
    pub async fn pass_on_proposals(&self, source: &str, incident: i64) -> sqlx::Result<()> {
        write!(self, conn => {
            sqlx::query(concat!(
                "UPDATE ops_proposals SET incident_id = $2 WHERE source = $1 AND state = 'pending' AND ",
                is_moot!(),
                " AND NOT ",
                is_overtaken!()
            ))
            .bind(source)
            .bind(incident)
            .execute(&mut *conn)
            .await?;
        });
        Ok(())
    }

    /// Ends the proposals that cannot be decided any more, but for those on their way to the chat, and those confirmed
    /// before `begun_by` whose action nobody runs. Tells which they were.
    pub async fn end_proposals(
        &self,
        begun_by: Option<Timestamp>,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Proposal>> {
        if !self.any_proposal_waits().await? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut ended: Vec<Proposal> = Vec::new();
        for statement in [
            concat!(
                "UPDATE ops_proposals SET state = 'withdrawn', decided_at = $1 WHERE state = 'pending' AND ",
                is_moot!(),
                " AND NOT ",
                is_on_its_way!(),
                returning!()
            ),
            concat!(
                "UPDATE ops_proposals SET state = 'overtaken', decided_at = $1 WHERE state = 'pending' AND ",
                is_overtaken!(),
                " AND NOT ",
                is_on_its_way!(),
                returning!()
            ),
            concat!(
                "UPDATE ops_proposals SET state = 'expired', decided_at = $1
                 WHERE state = 'pending' AND expires_at <= $1 AND NOT ",
                is_on_its_way!(),
                returning!()
            ),
        ] {
            ended.extend(within!(&mut tx, conn => {
                sqlx::query_as::<_, Proposal>(statement).bind(now).fetch_all(conn).await?
            }));
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
        let waiting: i64 = on!(self, pool => {
            sqlx::query_scalar("SELECT COUNT(*) FROM ops_proposals WHERE state IN ('pending', 'under_way')")
                .fetch_one(pool)
                .await
        })?;
        Ok(waiting > 0)
    }
}

impl Tx {
    /// What cannot be decided any more need not be asked.
    async fn drop_questions(&mut self, now: Timestamp) -> sqlx::Result<()> {
        within!(self, conn => {
            sqlx::query(
                "UPDATE ops_outbox SET state = 'obsolete', leased_until = NULL
                 WHERE state = 'pending' AND message_id IS NULL AND (leased_until IS NULL OR leased_until <= $1)
                    AND id IN (SELECT outbox_id FROM ops_proposals
                        WHERE state IN ('withdrawn', 'overtaken', 'expired') AND outbox_id IS NOT NULL)",
            )
            .bind(now)
            .execute(conn)
            .await
            .map(drop)
        })
    }

    async fn interrupt_proposals(
        &mut self,
        begun_by: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Vec<Proposal>> {
        within!(self, conn => {
            sqlx::query_as(concat!(
                "UPDATE ops_proposals SET state = 'interrupted'
                 WHERE state = 'under_way' AND decided_at <= $1 AND NOT EXISTS (
                    SELECT 1 FROM ops_leases WHERE name = 'action:' || action_name AND expires_at > $2)",
                returning!()
            ))
            .bind(begun_by)
            .bind(now)
            .fetch_all(conn)
            .await
        })
    }
}
