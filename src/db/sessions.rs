//! Other sessions of a `PostgreSQL` server that are in everybody's way.

use std::time::Duration;

use super::Db;
use crate::domain::Session;

/// Sessions of this database that may be ended: no server process, no superuser, and none of this program, which names
/// itself so in every connection.
macro_rules! endable {
    () => {
        "a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
            AND a.application_name <> 'sovani-ops'
            AND a.state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
            AND EXISTS (SELECT 1 FROM pg_roles r WHERE r.oid = a.usesysid AND NOT r.rolsuper)"
    };
}

macro_rules! began {
    () => {
        "CAST(EXTRACT(EPOCH FROM a.backend_start) * 1000000 AS BIGINT)"
    };
}

/// Since when it has been at what it is at.
macro_rules! busy_since {
    () => {
        "CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END"
    };
}

macro_rules! busy_since_in_microseconds {
    () => {
        concat!(
            "CAST(EXTRACT(EPOCH FROM ",
            busy_since!(),
            ") * 1000000 AS BIGINT)"
        )
    };
}

/// A session that has been at one query, or idle in a transaction, for so long.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BusySession {
    pub pid: i32,
    /// In microseconds since 1970, like the next.
    pub began: i64,
    pub busy_since: i64,
    pub username: String,
    pub application: String,
    pub state: String,
    pub query: String,
    pub seconds: f64,
}

impl BusySession {
    pub fn session(&self) -> Session {
        Session {
            pid: self.pid,
            began: self.began,
            busy_since: self.busy_since,
        }
    }
}

impl Db {
    /// The one that has been busy the longest, if longer than `limit`; always `None` on `SQLite`.
    pub async fn longest_session(&self, limit: Duration) -> sqlx::Result<Option<BusySession>> {
        let Self::Postgres(pool) = self else {
            return Ok(None);
        };
        sqlx::query_as(concat!(
            "SELECT * FROM (
                SELECT a.pid, ",
            began!(),
            " AS began, ",
            busy_since_in_microseconds!(),
            " AS busy_since,
                    CAST(COALESCE(a.usename, '') AS TEXT) AS username, COALESCE(a.application_name, '') AS application,
                    a.state, COALESCE(a.query, '') AS query,
                    CAST(EXTRACT(EPOCH FROM clock_timestamp() - ",
            busy_since!(),
            ") AS DOUBLE PRECISION) AS seconds
                FROM pg_stat_activity a WHERE ",
            endable!(),
            ") s WHERE seconds > $1 ORDER BY seconds DESC LIMIT 1"
        ))
        .bind(limit.as_secs_f64())
        .fetch_optional(pool)
        .await
    }

    /// Tells if it is still connected. That it was told to end is not that it has ended.
    pub async fn session_stands(&self, session: Session) -> sqlx::Result<bool> {
        let Self::Postgres(pool) = self else {
            return Ok(false);
        };
        sqlx::query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = $1 AND ",
            began!(),
            " = $2)"
        ))
        .bind(session.pid)
        .bind(session.began)
        .fetch_one(pool)
        .await
    }

    /// Tells that session and no other to end. False when it is gone, or not at the same work any more.
    pub async fn end_session(&self, session: Session) -> sqlx::Result<bool> {
        let Self::Postgres(pool) = self else {
            return Ok(false);
        };
        let ended: Option<bool> = sqlx::query_scalar(concat!(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.pid = $1 AND ",
            began!(),
            " = $2 AND ",
            busy_since_in_microseconds!(),
            " = $3 AND ",
            endable!()
        ))
        .bind(session.pid)
        .bind(session.began)
        .bind(session.busy_since)
        .fetch_optional(pool)
        .await?;
        Ok(ended.unwrap_or(false))
    }
}
