//! Sessions of a `PostgreSQL` server that block others.

use std::time::Duration;

use super::Db;
use crate::domain::Session;

/// Sessions of this database that may be ended: no server process, no superuser, and none of this program, which names
/// itself so in every connection. `since` is the start of the current query or idle transaction.
const ENDABLE: &str = "SELECT pid, CAST(EXTRACT(EPOCH FROM backend_start) * 1000000 AS BIGINT) AS began,
        CAST(EXTRACT(EPOCH FROM since) * 1000000 AS BIGINT) AS busy_since,
        CAST(COALESCE(usename, '') AS TEXT) AS username, COALESCE(application_name, '') AS application,
        state, COALESCE(query, '') AS query,
        CAST(EXTRACT(EPOCH FROM clock_timestamp() - since) AS DOUBLE PRECISION) AS seconds
    FROM (SELECT *, CASE WHEN state = 'active' THEN query_start ELSE state_change END AS since
          FROM pg_stat_activity) a
    WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
        AND a.application_name <> 'sovani-ops'
        AND a.state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
        AND EXISTS (SELECT 1 FROM pg_roles r WHERE r.oid = a.usesysid AND NOT r.rolsuper)";

const IS_CONNECTED: &str = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity
    WHERE pid = $1 AND CAST(EXTRACT(EPOCH FROM backend_start) * 1000000 AS BIGINT) = $2)";

/// A session with a long-running query or idle transaction.
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
        let Self::Postgres(..) = self else {
            return Ok(None);
        };
        let longest = "s WHERE seconds > $1 ORDER BY seconds DESC LIMIT 1";
        self.query(["SELECT * FROM (", ENDABLE, ")", longest])
            .bind(limit.as_secs_f64())
            .fetch_optional()
            .await
    }

    /// Tells if it is still connected: a terminated session may take time to end.
    pub async fn session_is_connected(&self, session: Session) -> sqlx::Result<bool> {
        let Self::Postgres(..) = self else {
            return Ok(false);
        };
        self.query(IS_CONNECTED)
            .bind(session.pid)
            .bind(session.began)
            .fetch_value()
            .await
    }

    /// Terminates exactly that session. False if it has ended or does other work now.
    pub async fn end_session(&self, session: Session) -> sqlx::Result<bool> {
        let Self::Postgres(..) = self else {
            return Ok(false);
        };
        let at_the_same = "s WHERE pid = $1 AND began = $2 AND busy_since = $3";
        let ended: Option<bool> = self
            .query([
                "SELECT pg_terminate_backend(pid) FROM (",
                ENDABLE,
                ")",
                at_the_same,
            ])
            .bind(session.pid)
            .bind(session.began)
            .bind(session.busy_since)
            .fetch_optional_value()
            .await?;
        Ok(ended.unwrap_or(false))
    }
}
