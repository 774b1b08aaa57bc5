//! Every query of the program, one function each, named by intent.
//!
//! One SQL text with `$1` placeholders serves both databases wherever it can; [`on!`] runs it on whichever pool
//! stands behind the [`Db`], and [`write!`] does so inside a transaction that may read before it writes.

mod alerts;
mod business;
mod chats;
mod column;
mod connect;
mod health;
mod incidents;
mod job_runs;
mod leases;
mod maintenance;
mod outbox;
mod proposals;
mod remediations;
mod schema;
mod states;
mod url;

use sqlx::{PgPool, SqlitePool};

pub use self::{
    alerts::{AlertRow, AlertsPage, Turn},
    business::{CashBalance, CommissionSample, Ingested},
    connect::{BUSY_TIMEOUT, STATEMENT_LIMIT, connect, open, reach},
    health::OpsHealth,
    incidents::{ClosedIncident, Closing, Draft, Notify, OpenIncident, Raised},
    job_runs::HEALTH_CHECK,
    maintenance::Vacuumed,
    outbox::{FirstReached, OutboxDepth, OutboxFate, OutboxMessage},
    proposals::{NewProposal, Proposal},
    remediations::{FinishedRemediation, NewRemediation, RemediationRow},
    states::{OutboxState, ProposalState},
    url::{DatabaseUrl, UrlError},
};

#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs an expression with `$pool` bound to the pool at hand, whichever database it is.
macro_rules! on {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite($pool) => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs a block with `$tx` bound to a transaction that excludes every other one opened by this macro, and commits.
///
/// `SQLite` takes the write lock at the start (a read that turns into a write would fail under contention);
/// `PostgreSQL` takes an advisory lock, because the row that decides may not exist yet.
macro_rules! write {
    ($db:expr, $tx:ident => $body:block) => {
        match $db {
            $crate::db::Db::Sqlite(pool) => {
                let mut $tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                let out = $body;
                $tx.commit().await?;
                out
            }
            $crate::db::Db::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind($crate::db::WRITE_LOCK)
                    .execute(&mut *$tx)
                    .await?;
                let out = $body;
                $tx.commit().await?;
                out
            }
        }
    };
}

pub(crate) use {on, write};

/// The advisory lock's key: the bytes of `sovaops` read as a number.
const WRITE_LOCK: i64 = 0x0073_6f76_616f_7073;

impl Db {
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }

    pub async fn ping(&self) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(drop))
    }
}

/// Whether the database fails as a whole, rather than holding what cannot be read.
pub fn is_outage(error: &sqlx::Error) -> bool {
    !matches!(
        error,
        sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::RowNotFound
    )
}
