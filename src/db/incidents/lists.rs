//! Queries of incidents.

use super::row::{SELECT_INCIDENTS, WORST_FIRST, incident, incidents};
use crate::{
    db::Db,
    domain::{Fingerprint, Incident, Severity, Timestamp},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncidentState {
    #[default]
    Open,
    Closed,
    Any,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct IncidentFilter<'a> {
    pub state: IncidentState,
    pub severity: Option<Severity>,
    pub source: Option<&'a str>,
    /// The range of their start, inclusive.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Only those before this one.
    pub before: Option<i64>,
}

impl Db {
    /// The loudest first, then the oldest.
    pub async fn open_incidents(&self) -> sqlx::Result<Vec<Incident>> {
        incidents(self.query([
            SELECT_INCIDENTS,
            "WHERE closed_at IS NULL ORDER BY",
            WORST_FIRST,
            ", id",
        ]))
        .await
    }

    pub async fn anything_is_open(&self) -> sqlx::Result<bool> {
        self.query("SELECT EXISTS (SELECT 1 FROM ops_incidents WHERE closed_at IS NULL)")
            .fetch_value()
            .await
    }

    /// How many are open of each severity.
    pub async fn open_by_severity(&self) -> sqlx::Result<Vec<(Severity, i64)>> {
        self.query(
            "SELECT severity, COUNT(*) FROM ops_incidents WHERE closed_at IS NULL
             GROUP BY severity",
        )
        .fetch_all()
        .await
    }

    pub async fn incident(&self, id: i64) -> sqlx::Result<Option<Incident>> {
        incident(self.query([SELECT_INCIDENTS, "WHERE id = $1"]).bind(id)).await
    }

    pub async fn newest_incident(
        &self,
        fingerprint: &Fingerprint,
    ) -> sqlx::Result<Option<Incident>> {
        incident(
            self.query([
                SELECT_INCIDENTS,
                "WHERE fingerprint = $1 ORDER BY id DESC LIMIT 1",
            ])
            .bind(fingerprint),
        )
        .await
    }

    /// The newest first.
    pub async fn incidents(
        &self,
        filter: IncidentFilter<'_>,
        limit: i64,
    ) -> sqlx::Result<Vec<Incident>> {
        let open = match filter.state {
            IncidentState::Any => None,
            IncidentState::Open => Some(true),
            IncidentState::Closed => Some(false),
        };
        incidents(
            self.query([
                SELECT_INCIDENTS,
                "WHERE ($1 IS NULL OR (closed_at IS NULL) = $1)
                    AND ($2 IS NULL OR severity = $2)
                    AND ($3 IS NULL OR source = $3) AND ($4 IS NULL OR id < $4)
                    AND (CAST($6 AS TIMESTAMP) IS NULL OR opened_at >= $6)
                    AND (CAST($7 AS TIMESTAMP) IS NULL OR opened_at <= $7)
                 ORDER BY id DESC LIMIT $5",
            ])
            .bind(open)
            .bind(filter.severity)
            .bind(filter.source)
            .bind(filter.before)
            .bind(limit)
            .bind(filter.since)
            .bind(filter.until),
        )
        .await
    }

    /// A page of the open incidents, the loudest first, and how many there are in all.
    pub async fn open_page(&self, offset: i64, limit: i64) -> sqlx::Result<(Vec<Incident>, i64)> {
        let rows = incidents(
            self.query([
                SELECT_INCIDENTS,
                "WHERE closed_at IS NULL ORDER BY",
                WORST_FIRST,
                ", id LIMIT $1 OFFSET $2",
            ])
            .bind(limit)
            .bind(offset),
        )
        .await?;
        let all = self
            .query("SELECT COUNT(*) FROM ops_incidents WHERE closed_at IS NULL")
            .fetch_value()
            .await?;
        Ok((rows, all))
    }
}
