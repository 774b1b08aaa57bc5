//! The database's size, and giving unused space back.

use std::time::Duration;

use sqlx::ConnectOptions;

use super::{Db, sqlite::set_deadline};

const SQLITE_SIZE: &str =
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
/// `auto_vacuum` is 2 where unused pages can be given back a few at a time.
const SQLITE_PAGES: &str =
    "SELECT page_count * page_size, freelist_count * page_size, auto_vacuum = 2
    FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count(), pragma_auto_vacuum()";
const POSTGRES_SIZE: &str = "SELECT pg_database_size(current_database())";

/// Sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacuumed {
    pub before: i64,
    pub after: i64,
}

/// What an `SQLite` file is made of, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    pub size: u64,
    pub unused: u64,
    /// Whether unused pages can be given back without rewriting the file.
    pub incremental: bool,
}

impl Pages {
    /// The size of a copy without what is unused.
    pub fn used(&self) -> u64 {
        self.size.saturating_sub(self.unused)
    }
}

impl Db {
    /// In bytes.
    pub async fn size(&self) -> sqlx::Result<i64> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(SQLITE_SIZE).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(POSTGRES_SIZE).fetch_one(pool).await,
        }
    }

    /// `None` on `PostgreSQL`, which has its own ways.
    pub async fn pages(&self) -> sqlx::Result<Option<Pages>> {
        let Self::Sqlite(pool) = self else {
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
        if let Self::Sqlite(pool) = self {
            let mut connection = pool.connect_options().connect().await?;
            set_deadline(&mut connection, limit).await?;
            // Each step frees a page, so all of them have to be asked for.
            sqlx::query("PRAGMA incremental_vacuum")
                .fetch_all(&mut connection)
                .await?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut connection)
                .await?;
        }
        let after = self.size().await?;
        Ok(Vacuumed { before, after })
    }

    /// Rewrites the database without its unused pages, on a connection of its own: the pool's have another time
    /// limit. At `limit` the database itself gives up; a caller that merely went away would not stop it.
    pub async fn vacuum(&self, limit: Duration) -> sqlx::Result<Vacuumed> {
        let before = self.size().await?;
        match self {
            Self::Sqlite(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                set_deadline(&mut connection, limit).await?;
                sqlx::query("VACUUM").execute(&mut connection).await?;
                // The file itself shrinks only when the journal is folded into it.
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut connection)
                    .await?;
            }
            Self::Postgres(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                sqlx::query("SELECT set_config('statement_timeout', $1, false)")
                    .bind(limit.as_millis().to_string())
                    .execute(&mut connection)
                    .await?;
                sqlx::query("VACUUM (ANALYZE)")
                    .execute(&mut connection)
                    .await?;
            }
        }
        let after = self.size().await?;
        Ok(Vacuumed { before, after })
    }
}
