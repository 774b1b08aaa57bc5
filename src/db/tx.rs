//! A transaction that is handed from query to query.

use sqlx::{Postgres, Sqlite, Transaction};

use super::{Db, Writes, limits};

/// The advisory lock's key: the bytes of `sovaops` read as a number.
const WRITE_LOCK: i64 = 0x0073_6f76_616f_7073;

/// Excludes every other one.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Writes),
    Postgres(Transaction<'static, Postgres>, Writes),
}

impl Db {
    /// `SQLite` takes the write lock at the start (a read that turns into a write would fail under contention);
    /// `PostgreSQL` takes an advisory lock, because the row that decides may not exist yet.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool, writes) => {
                Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?, writes.clone())
            }
            Self::Postgres(pool, writes) => {
                let mut tx = pool.begin_with(limits::begin()).await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(WRITE_LOCK)
                    .execute(&mut *tx)
                    .await?;
                Tx::Postgres(tx, writes.clone())
            }
        })
    }

    /// A read-only snapshot of one moment, which blocks no writer.
    pub(super) async fn snapshot(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool, writes) => Tx::Sqlite(pool.begin().await?, writes.clone()),
            Self::Postgres(pool, writes) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .execute(&mut *tx)
                    .await?;
                Tx::Postgres(tx, writes.clone())
            }
        })
    }
}

impl Tx {
    pub async fn commit(self) -> sqlx::Result<()> {
        let (Self::Sqlite(_, writes) | Self::Postgres(_, writes)) = &self;
        let _write = writes.begin();
        match self {
            Self::Sqlite(tx, _) => tx.commit().await,
            Self::Postgres(tx, _) => tx.commit().await,
        }
    }
}
