//! `ops_silences`: silences, which hold notifications back.

use super::{
    Db,
    incidents::{by, mark},
    tx::Tx,
};
use crate::domain::{Mark, Scope, Silence, Timestamp, Who};

pub struct NewSilence {
    pub scope: Scope,
    pub reason: String,
    pub who: Who,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Every column of a silence, before what follows.
const SELECT: &str = "SELECT id, scope, reason, created_by, created_name, starts_at, ends_at, ended_at, ended_by, ended_name
    FROM ops_silences";

/// Those that are active or planned at `$1`.
const STANDING: [&str; 2] = [
    SELECT,
    "WHERE ended_at IS NULL AND ends_at > $1 ORDER BY starts_at, id",
];

#[derive(sqlx::FromRow)]
struct SilenceRow {
    id: i64,
    scope: String,
    reason: String,
    created_by: String,
    created_name: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    ended_at: Option<Timestamp>,
    ended_by: Option<String>,
    ended_name: Option<String>,
}

impl From<SilenceRow> for Silence {
    fn from(row: SilenceRow) -> Self {
        Self {
            id: row.id,
            scope: row.scope.parse().unwrap_or_else(|never| match never {}),
            reason: row.reason,
            by: by(&row.created_by, row.created_name),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            ended: mark(row.ended_at, row.ended_by, row.ended_name),
        }
    }
}

impl Db {
    /// Active and planned silences, by their start.
    pub async fn standing_silences(&self, now: Timestamp) -> sqlx::Result<Vec<Silence>> {
        let rows: Vec<SilenceRow> = self.query(STANDING).bind(now).fetch_all().await?;
        Ok(rows.into_iter().map(Silence::from).collect())
    }
}

impl Tx {
    pub async fn standing_silences(&mut self, now: Timestamp) -> sqlx::Result<Vec<Silence>> {
        let rows: Vec<SilenceRow> = self.query(STANDING).bind(now).fetch_all().await?;
        Ok(rows.into_iter().map(Silence::from).collect())
    }

    pub async fn silence(&mut self, id: i64) -> sqlx::Result<Option<Silence>> {
        let row: Option<SilenceRow> = self
            .query([SELECT, "WHERE id = $1"])
            .bind(id)
            .fetch_optional()
            .await?;
        Ok(row.map(Silence::from))
    }

    pub async fn insert_silence(&mut self, new: &NewSilence, now: Timestamp) -> sqlx::Result<i64> {
        self.query(
            "INSERT INTO ops_silences (created_at, scope, reason, created_by, created_name,
                starts_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(now)
        .bind(new.scope.to_string())
        .bind(&new.reason)
        .bind(new.who.by.actor.to_string())
        .bind(&new.who.by.name)
        .bind(new.starts_at)
        .bind(new.ends_at)
        .fetch_value()
        .await
    }

    pub async fn end_silence(&mut self, id: i64, end: &Mark) -> sqlx::Result<()> {
        self.query(
            "UPDATE ops_silences SET ended_at = $2, ended_by = $3, ended_name = $4 WHERE id = $1",
        )
        .bind(id)
        .bind(end.at)
        .bind(end.by.actor.to_string())
        .bind(&end.by.name)
        .execute()
        .await
    }
}
