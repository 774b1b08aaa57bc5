//! The database's size, and giving unused space back.

use std::time::Duration;

use sqlx::ConnectOptions;

use super::{Db, connect::set_deadline};

const SQLITE_SIZE: &str =
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
const POSTGRES_SIZE: &str = "SELECT pg_database_size(current_database())";

/// Sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacuumed {
    pub before: i64,
    pub after: i64,
}

impl Db {
    /// In bytes.
    pub async fn size(&self) -> sqlx::Result<i64> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(SQLITE_SIZE).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(POSTGRES_SIZE).fetch_one(pool).await,
        }
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
