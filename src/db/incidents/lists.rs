//! Incidents to look at.

use super::row::{IncidentRow, select_incidents, worst_first};
use crate::{
    db::{Db, on},
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
    /// When they opened, both included.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Only those before this one.
    pub before: Option<i64>,
}

impl Db {
    /// The loudest first, then the oldest.
    pub async fn open_incidents(&self) -> sqlx::Result<Vec<Incident>> {
        let rows: Vec<IncidentRow> = on!(self, pool => {
            sqlx::query_as(select_incidents!("WHERE closed_at IS NULL ORDER BY ", worst_first!(), ", id"))
                .fetch_all(pool)
                .await
        })?;
        Ok(rows.into_iter().map(Incident::from).collect())
    }

    pub async fn anything_is_open(&self) -> sqlx::Result<bool> {
        on!(self, pool => {
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM ops_incidents WHERE closed_at IS NULL)")
                .fetch_one(pool)
                .await
        })
    }

    /// How many are open of each severity.
    pub async fn open_by_severity(&self) -> sqlx::Result<Vec<(Severity, i64)>> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT severity, COUNT(*) FROM ops_incidents WHERE closed_at IS NULL GROUP BY severity",
            )
            .fetch_all(pool)
            .await
        })
    }

    pub async fn incident(&self, id: i64) -> sqlx::Result<Option<Incident>> {
        let row: Option<IncidentRow> = on!(self, pool => {
            sqlx::query_as(select_incidents!("WHERE id = $1")).bind(id).fetch_optional(pool).await
        })?;
        Ok(row.map(Incident::from))
    }

    pub async fn newest_incident(
        &self,
        fingerprint: &Fingerprint,
    ) -> sqlx::Result<Option<Incident>> {
        let row: Option<IncidentRow> = on!(self, pool => {
            sqlx::query_as(select_incidents!("WHERE fingerprint = $1 ORDER BY id DESC LIMIT 1"))
                .bind(fingerprint)
                .fetch_optional(pool)
                .await
        })?;
        Ok(row.map(Incident::from))
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
        let rows: Vec<IncidentRow> = on!(self, pool => {
            sqlx::query_as(select_incidents!(
                "WHERE ($1 IS NULL OR (closed_at IS NULL) = $1) AND ($2 IS NULL OR severity = $2)
                    AND ($3 IS NULL OR source = $3) AND ($4 IS NULL OR id < $4)
                    AND (CAST($6 AS TIMESTAMP) IS NULL OR opened_at >= $6)
                    AND (CAST($7 AS TIMESTAMP) IS NULL OR opened_at <= $7)
                 ORDER BY id DESC LIMIT $5"
            ))
            .bind(open)
            .bind(filter.severity)
            .bind(filter.source)
            .bind(filter.before)
            .bind(limit)
            .bind(filter.since)
            .bind(filter.until)
            .fetch_all(pool)
            .await
        })?;
        Ok(rows.into_iter().map(Incident::from).collect())
    }

    /// A page of the open incidents, the loudest first, and how many there are in all.
    pub async fn open_page(&self, offset: i64, limit: i64) -> sqlx::Result<(Vec<Incident>, i64)> {
        let rows: Vec<IncidentRow> = on!(self, pool => {
            sqlx::query_as(select_incidents!(
                "WHERE closed_at IS NULL
                 ORDER BY ",
                worst_first!(),
                ", id
                 LIMIT $1 OFFSET $2"
            ))
            .bind(limit)
            .bind(offset)
            .fetch_all(pool)
            .await
        })?;
        let all = on!(self, pool => {
            sqlx::query_scalar("SELECT COUNT(*) FROM ops_incidents WHERE closed_at IS NULL")
                .fetch_one(pool)
                .await
        })?;
        Ok((rows.into_iter().map(Incident::from).collect(), all))
    }
}
