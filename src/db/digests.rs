//! Digests: incidents that share one message.

use super::{
    Db,
    incidents::{SELECT_INCIDENTS, WORST_FIRST, incidents},
    tx::Tx,
};
use crate::domain::{Actor, Incident, Severity, Timestamp};

/// The content of a digest.
#[derive(Clone, Debug)]
pub struct Digest {
    pub id: i64,
    pub opened_at: Timestamp,
    /// How often incidents have joined it.
    pub growth: i64,
    pub incidents: i64,
    pub open: i64,
    /// Open and acknowledged.
    pub acknowledged: i64,
    /// Closed because their detectors were removed.
    pub unwatched: i64,
    /// Closed by people.
    pub by_hand: i64,
    /// The worst severity of those that are open, or of all when none is.
    pub loudest: Severity,
    /// The end of the last incident, if all have ended.
    pub ended_at: Option<Timestamp>,
    /// The first of them: open before closed, the loudest first.
    pub first: Vec<Incident>,
}

#[derive(sqlx::FromRow)]
struct Counts {
    incidents: i64,
    open: i64,
    acknowledged: i64,
    unwatched: i64,
    by_hand: i64,
    ended_at: Option<Timestamp>,
}

impl Db {
    /// A digest with the first `most` of its incidents; `None` when it has none.
    pub async fn digest(&self, id: i64, most: i64) -> sqlx::Result<Option<Digest>> {
        // Before its incidents: one that joins in between is not taken for one that was there.
        let digest: Option<(Timestamp, i64)> = self
            .query("SELECT opened_at, growth FROM ops_digests WHERE id = $1")
            .bind(id)
            .fetch_optional()
            .await?;
        let Some((opened_at, growth)) = digest else {
            return Ok(None);
        };
        let counts: Counts = self
            .query(
                "SELECT COUNT(*) AS incidents,
                    COUNT(CASE WHEN closed_at IS NULL THEN 1 END) AS open,
                    COUNT(CASE WHEN closed_at IS NULL AND acknowledged_at IS NOT NULL
                        THEN 1 END) AS acknowledged,
                    COUNT(CASE WHEN closed_by = $2 THEN 1 END) AS unwatched,
                    COUNT(CASE WHEN closed_by <> $2 THEN 1 END) AS by_hand,
                    MAX(closed_at) AS ended_at
                 FROM ops_incidents WHERE digest_id = $1",
            )
            .bind(id)
            .bind(Actor::Scheduler.to_string())
            .fetch_one()
            .await?;
        let first = incidents(
            self.query([
                SELECT_INCIDENTS,
                "WHERE digest_id = $1 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END,",
                WORST_FIRST,
                ", id LIMIT $2",
            ])
            .bind(id)
            .bind(most),
        )
        .await?;
        let Some(loudest) = first.first().map(|incident| incident.life.severity) else {
            return Ok(None);
        };
        Ok(Some(Digest {
            id,
            opened_at,
            growth,
            incidents: counts.incidents,
            open: counts.open,
            acknowledged: counts.acknowledged,
            unwatched: counts.unwatched,
            by_hand: counts.by_hand,
            loudest,
            ended_at: counts.ended_at.filter(|_| counts.open == 0),
            first,
        }))
    }

    /// The open, unacknowledged incidents that were in the digest when it had grown `growth` times.
    pub async fn unacknowledged_in(&self, digest: i64, growth: i64) -> sqlx::Result<Vec<i64>> {
        self.query(
            "SELECT id FROM ops_incidents
             WHERE digest_id = $1 AND digest_growth <= $2 AND closed_at IS NULL
                AND acknowledged_at IS NULL
             ORDER BY id",
        )
        .bind(digest)
        .bind(growth)
        .fetch_values()
        .await
    }
}

impl Tx {
    /// The digest of the storm that is under way. One whose incidents have all ended was reported as over, so it is not
    /// continued.
    pub async fn current_digest(
        &mut self,
        since: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        self.query(
            "SELECT d.id FROM ops_digests d WHERE d.grew_at > $1 AND d.grew_at <= $2
                AND EXISTS (SELECT 1 FROM ops_incidents i
                    WHERE i.digest_id = d.id AND i.closed_at IS NULL)
             ORDER BY d.id DESC LIMIT 1",
        )
        .bind(since)
        .bind(now)
        .fetch_optional_value()
        .await
    }

    pub async fn open_digest(&mut self, now: Timestamp) -> sqlx::Result<i64> {
        self.query(
            "INSERT INTO ops_digests (opened_at, grew_at, growth, told_severity)
             VALUES ($1, $1, 1, 'info') RETURNING id",
        )
        .bind(now)
        .fetch_value()
        .await
    }

    pub async fn digest_grew(&mut self, id: i64, now: Timestamp) -> sqlx::Result<()> {
        self.query("UPDATE ops_digests SET grew_at = $2, growth = growth + 1 WHERE id = $1")
            .bind(id)
            .bind(now)
            .execute()
            .await
    }

    /// Writes down of those who have just joined with which growth that was.
    pub async fn number_members(&mut self, id: i64) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_incidents SET digest_growth = (SELECT growth FROM ops_digests
                WHERE id = $1)
             WHERE digest_id = $1 AND digest_growth IS NULL",
        )
        .bind(id)
        .execute()
        .await
    }

    /// The loudest that the chats were called for.
    pub async fn told_severity(&mut self, id: i64) -> sqlx::Result<Severity> {
        self.query("SELECT told_severity FROM ops_digests WHERE id = $1")
            .bind(id)
            .fetch_value()
            .await
    }

    pub async fn raise_digest(&mut self, id: i64, severity: Severity) -> sqlx::Result<()> {
        self.query("UPDATE ops_digests SET told_severity = $2 WHERE id = $1")
            .bind(id)
            .bind(severity)
            .execute()
            .await
    }

    /// Moves an incident from a message of its own into a digest.
    pub async fn put_into_digest(&mut self, incident: i64, digest: i64) -> sqlx::Result<()> {
        self.query("UPDATE ops_incidents SET digest_id = $2 WHERE id = $1")
            .bind(incident)
            .bind(digest)
            .execute()
            .await
    }

    pub async fn digest_is_over(&mut self, id: i64) -> sqlx::Result<bool> {
        self.query(
            "SELECT NOT EXISTS (SELECT 1 FROM ops_incidents
             WHERE digest_id = $1 AND closed_at IS NULL)",
        )
        .bind(id)
        .fetch_value()
        .await
    }
}
