//! The database's size, and giving unused space back.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions, PgConnection, SqliteConnection};

use super::{Db, limits, sqlite::set_deadline};

const SQLITE_SIZE: &str =
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
/// `auto_vacuum` is 2 where unused pages can be given back a few at a time.
const SQLITE_PAGES: &str =
    "SELECT page_count * page_size, freelist_count * page_size, auto_vacuum = 2
    FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count(), pragma_auto_vacuum()";
const POSTGRES_SIZE: &str = "SELECT pg_database_size(current_database())";

/// Tables that VACUUM skipped. `PostgreSQL` skips tables that the account may not vacuum with a warning that the client
/// never sees, so this compares each table's last vacuum, where the server counts that without delay, or else the
/// account's rights.
const VACUUM_LEFT: &str =
    "SELECT CAST(n.nspname || '.' || c.relname AS TEXT) AS name, CAST(pg_get_userbyid(c.relowner) AS TEXT) AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_database d ON d.datname = current_database()
    WHERE CAST(c.oid AS BIGINT) = ANY($1)
        AND CASE WHEN current_setting('track_counts') = 'on' AND current_setting('server_version_num')::int >= 150000
            THEN COALESCE(pg_stat_get_last_vacuum_time(c.oid) < $2, TRUE)
            ELSE NOT (pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE')) END
    ORDER BY owner, name";

/// The tables of people; those of the server itself are its superuser's.
const TABLES_TO_VACUUM: &str = "SELECT CAST(c.oid AS BIGINT)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'";

/// Another session may keep a table to itself for a while.
const VACUUM_WAITS: &str = "60s";

/// Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacuumed {
    pub before: i64,
    pub after: i64,
    /// How many tables there are, where the server works through them one by one.
    pub tables: usize,
    /// The tables that were skipped.
    pub skipped: Vec<Skipped>,
    /// Tells if an `SQLite` file itself has shrunk; it cannot while a reader uses an older state.
    pub folded: bool,
}

/// A table that was not vacuumed, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Skipped {
    pub name: String,
    pub owner: String,
}

/// The pages of an `SQLite` file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    pub size: u64,
    pub unused: u64,
    /// Tells if unused pages can be returned without rewriting the file.
    pub incremental: bool,
}

impl Pages {
    /// The size of a copy without unused pages.
    pub fn used(&self) -> u64 {
        self.size.saturating_sub(self.unused)
    }
}

impl Db {
    /// In bytes.
    pub async fn size(&self) -> sqlx::Result<i64> {
        let size = match self {
            Self::Sqlite(..) => SQLITE_SIZE,
            Self::Postgres(..) => POSTGRES_SIZE,
        };
        self.query(size).fetch_value().await
    }

    /// `None` on `PostgreSQL`, which has its own ways.
    pub async fn pages(&self) -> sqlx::Result<Option<Pages>> {
        let Self::Sqlite(pool, ..) = self else {
            return Ok(None);
        };
        let (size, unused, incremental): (i64, i64, bool) =
            sqlx::query_as(SQLITE_PAGES).fetch_one(pool).await?;
        Ok(Some(Pages {
            size: size.unsigned_abs(),
            unused: unused.unsigned_abs(),
            incremental,
        }))
    }

    /// Gives the unused pages of an `SQLite` file back in place, which needs no room beside it.
    pub async fn shrink(&self, limit: Duration) -> sqlx::Result<Vacuumed> {
        let before = self.size().await?;
        let mut folded = true;
        if let Self::Sqlite(pool, ..) = self {
            let mut connection = pool.connect_options().connect().await?;
            set_deadline(&mut connection, limit).await?;
            // Each step frees a page, so all of them have to be asked for.
            sqlx::query("PRAGMA incremental_vacuum")
                .fetch_all(&mut connection)
                .await?;
            folded = fold(&mut connection).await?;
        }
        Ok(Vacuumed {
            before,
            after: self.size().await?,
            tables: 0,
            skipped: Vec::new(),
            folded,
        })
    }

    /// Rewrites the database without its unused pages, on a connection of its own because the pool's time limit is
    /// shorter. At `limit` the database itself stops; cancelling the caller would not stop it.
    pub async fn vacuum(&self, limit: Duration) -> sqlx::Result<Vacuumed> {
        let before = self.size().await?;
        let (mut tables, mut skipped, mut folded) = (0, Vec::new(), true);
        match self {
            Self::Sqlite(pool, ..) => {
                let mut connection = pool.connect_options().connect().await?;
                set_deadline(&mut connection, limit).await?;
                sqlx::query("VACUUM").execute(&mut connection).await?;
                folded = fold(&mut connection).await?;
            }
            Self::Postgres(pool, ..) => {
                let mut connection = pool.connect_options().connect().await?;
                // A session that is shared with others keeps its own.
                sqlx::query(
                    "SELECT set_config('statement_timeout', $1, false),
                        set_config('lock_timeout', $2, false)
                     WHERE current_setting($3, true) = 'on'",
                )
                .bind(limit.as_millis().to_string())
                .bind(VACUUM_WAITS)
                .bind(limits::DIRECT)
                .execute(&mut connection)
                .await?;
                (tables, skipped) = vacuum_tables(&mut connection).await?;
            }
        }
        Ok(Vacuumed {
            before,
            after: self.size().await?,
            tables,
            skipped,
            folded,
        })
    }
}

/// How many tables there were, and which of them were skipped.
async fn vacuum_tables(connection: &mut PgConnection) -> sqlx::Result<(usize, Vec<Skipped>)> {
    let tables: Vec<i64> = sqlx::query_scalar(TABLES_TO_VACUUM)
        .fetch_all(&mut *connection)
        .await?;
    let begun: DateTime<Utc> = sqlx::query_scalar("SELECT clock_timestamp()")
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query("VACUUM (ANALYZE)")
        .execute(&mut *connection)
        .await?;
    let skipped = sqlx::query_as(VACUUM_LEFT)
        .bind(&tables)
        .bind(begun)
        .fetch_all(&mut *connection)
        .await?;
    Ok((tables.len(), skipped))
}

/// The file shrinks only when the journal is checkpointed. A reader that prevents this is not an error for `SQLite`,
/// but part of the result.
async fn fold(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(connection)
        .await?;
    Ok(busy == 0)
}
