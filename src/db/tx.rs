//! A transaction that is handed from query to query.

use sqlx::{Postgres, Sqlite, Transaction};

use super::{Db, limits, writes::Write};

/// The advisory lock's key: the bytes of `sovaops` read as a number.
const WRITE_LOCK: i64 = 0x0073_6f76_616f_7073;

/// Excludes every other one.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Option<Write>),
    Postgres(Transaction<'static, Postgres>, Option<Write>),
}

impl Db {
    /// `SQLite` takes the write lock at the start (a read that turns into a write would fail under contention);
    /// `PostgreSQL` takes an advisory lock, because the row that decides may not exist yet.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite(_, counted, writer, _) => Tx::Sqlite(
                writer.pool().begin_with("BEGIN IMMEDIATE").await?,
                Some(counted.begin()),
            ),
            Self::Postgres(pool, writes) => {
                let mut tx = pool.begin_with(limits::begin()).await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(WRITE_LOCK)
                    .execute(&mut *tx)
                    .await?;
                Tx::Postgres(tx, Some(writes.begin()))
            }
        })
    }

    /// A read-only snapshot of one moment, which blocks no writer.
    pub(super) async fn snapshot(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite(readers, ..) => Tx::Sqlite(readers.begin().await?, None),
            Self::Postgres(pool, _) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .execute(&mut *tx)
                    .await?;
                Tx::Postgres(tx, None)
            }
        })
    }
}

impl Tx {
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx, _write) => tx.commit().await,
            Self::Postgres(tx, _write) => tx.commit().await,
        }
    }
}
