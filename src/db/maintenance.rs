//! The database's size, and giving unused space back.

use sqlx::ConnectOptions;

use super::Db;

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

    /// Rewrites the database without its unused pages, on a connection of its own: the pool's have a time limit.
    pub async fn vacuum(&self) -> sqlx::Result<Vacuumed> {
        let before = self.size().await?;
        match self {
            Self::Sqlite(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                sqlx::query("VACUUM").execute(&mut connection).await?;
                // The file itself shrinks only when the journal is folded into it.
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut connection)
                    .await?;
            }
            Self::Postgres(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                sqlx::query("SET statement_timeout = 0")
                    .execute(&mut connection)
                    .await?;
                sqlx::query("VACUUM (ANALYZE)")
                    .execute(&mut connection)
                    .await?;
            }
        }
        Ok(Vacuumed {
            before,
            after: self.size().await?,
        })
    }
}
