//! Other sessions of a `PostgreSQL` server that are in everybody's way.

use std::time::Duration;

use super::Db;

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

/// A session that has been at one query, or idle in a transaction, for so long.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BusySession {
    pub pid: i32,
    /// When it began, in microseconds since 1970: a number may be another session's by now.
    pub began: i64,
    pub username: String,
    pub application: String,
    pub state: String,
    pub query: String,
    pub seconds: f64,
}

impl Db {
    /// The one that has been busy the longest, if longer than `limit`; always `None` on `SQLite`.
    pub async fn longest_session(&self, limit: Duration) -> sqlx::Result<Option<BusySession>> {
        let Self::Postgres(pool) = self else {
            return Ok(None);
        };
        sqlx::query_as(concat!(
            "SELECT * FROM (
                SELECT a.pid, CAST(EXTRACT(EPOCH FROM a.backend_start) * 1000000 AS BIGINT) AS began,
                    CAST(COALESCE(a.usename, '') AS TEXT) AS username, COALESCE(a.application_name, '') AS application,
                    a.state, COALESCE(a.query, '') AS query,
                    CAST(EXTRACT(EPOCH FROM clock_timestamp()
                        - CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END)
                        AS DOUBLE PRECISION) AS seconds
                FROM pg_stat_activity a WHERE ",
            endable!(),
            ") s WHERE seconds > $1 ORDER BY seconds DESC LIMIT 1"
        ))
        .bind(limit.as_secs_f64())
        .fetch_optional(pool)
        .await
    }

    /// Ends that session and no other. False when it is gone, or not busy any more.
    pub async fn end_session(&self, pid: i32, began: i64) -> sqlx::Result<bool> {
        let Self::Postgres(pool) = self else {
            return Ok(false);
        };
        let ended: Option<bool> = sqlx::query_scalar(concat!(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
             WHERE a.pid = $1 AND CAST(EXTRACT(EPOCH FROM a.backend_start) * 1000000 AS BIGINT) = $2 AND ",
            endable!()
        ))
        .bind(pid)
        .bind(began)
        .fetch_optional(pool)
        .await?;
        Ok(ended.unwrap_or(false))
    }
}
