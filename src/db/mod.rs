//! Every query of the program, one function each, named by intent.
//!
//! One SQL text with `$1` placeholders serves both databases wherever it can; `query` runs it on the one that a [`Db`] is
//! connected to, and `tx` has the transactions that may read before they write.

mod alerts;
mod audit;
mod chats;
mod clock;
mod column;
mod connect;
mod copying;
mod dial;
mod digests;
mod finished_runs;
mod health;
mod heartbeats;
mod incidents;
mod inspection;
mod job_history;
mod job_runs;
mod latency;
mod leases;
mod limits;
mod link;
mod maintenance;
mod outbox;
mod ownership;
mod page;
mod pool;
mod proposals;
mod query;
mod reaching;
mod read_only;
pub(crate) mod reading;
mod remediations;
mod replacing;
mod retention;
mod schema;
mod sessions;
mod shown;
mod silences;
mod sizes;
mod sli;
mod slo_view;
mod sqlite;
mod states;
mod trouble;
mod tx;
mod unchanged;
mod unmeasured;
mod unreadable;
mod url;
mod writes;

use sqlx::{PgPool, SqlitePool};

use self::sqlite::Opened;
pub use self::{
    alerts::{AlertFilter, AlertRow},
    audit::{AuditChain, AuditRow, NewAudit},
    clock::{WAITS, Wait},
    connect::{connect, explained, must_exist, open, open_watched, reach, visit},
    copying::{
        BadCopy, Contents, check_sqlite_copy, copy_sqlite, postgres_environment, postgres_version,
    },
    digests::Digest,
    finished_runs::FinishedRun,
    health::OpsHealth,
    heartbeats::{Heard, RUNS_AN_HOUR, ToldRun},
    incidents::{IncidentFilter, IncidentState},
    inspection::{Migrations, Server, inspect},
    job_history::JOB_RUNS,
    job_runs::{HEALTH_CHECK, OwnRun},
    latency::{LatencyPolicy, Scrape},
    leases::{LEASE_LASTS, LEASE_RENEW_EVERY},
    maintenance::{Pages, Skipped, Vacuumed},
    outbox::{
        Claim, Delivered, Draft, FirstReached, News, OutboxDepth, OutboxFate, OutboxMessage,
        Standing, Subject,
    },
    ownership::{ForeignTable, ownership},
    page::{Page, Turn},
    pool::{POOL_SIZE, STATEMENT_LIMIT},
    proposals::{NewProposal, Proposal},
    read_only::{Question, READ_ONLY_CONNECTIONS, ReadError, ReadOnlyDb, Rights},
    reading::WrittenMoment,
    remediations::{FinishedRemediation, NewRemediation, RemediationRow},
    replacing::Obstacle,
    retention::{HistoryStart, KEPT, Kept},
    sessions::BusySession,
    silences::NewSilence,
    sqlite::{
        BUSY_TIMEOUT, FileLocation, FileTrouble, FileWatch, Holder, Lock, Misplaced, Mount,
        Present, Surroundings, TablesState, There, Writer, examine, explain, locks, parse_mounts,
    },
    states::{MessageKind, OutboxState, ProposalState, TopicLost},
    trouble::{advice, told, words},
    tx::Tx,
    unreadable::{Column, Holds, Relation, Unreadable, Value},
    url::{DatabaseUrl, PostgresAddress, PostgresHost, PostgresTls, SslMode, UrlError},
    writes::Writes,
};

#[derive(Clone, Debug)]
pub enum Db {
    /// Its first pool is for reading, the last one for counting.
    Sqlite(SqlitePool, Writes, Writer, SqlitePool),
    Postgres(PgPool, Writes),
}

impl Db {
    fn of_sqlite(opened: Opened) -> Self {
        let writes = Writes::default();
        Self::Sqlite(opened.readers, writes, opened.writer, opened.counter)
    }

    fn of_postgres(pool: PgPool) -> Self {
        Self::Postgres(pool, Writes::default())
    }

    /// The same database for counting many rows. On `SQLite` that is done by one connection, which is closed when it is idle:
    /// so the memory that counting takes is taken once, and given back.
    #[must_use]
    pub fn counting(&self) -> Self {
        let mut db = self.clone();
        if let Self::Sqlite(readers, _, _, counter) = &mut db {
            *readers = counter.clone();
        }
        db
    }

    /// The writes of this program to this database.
    pub fn writes(&self) -> &Writes {
        match self {
            Self::Sqlite(_, writes, ..) | Self::Postgres(_, writes) => writes,
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(readers, _, writer, counter) => {
                writer.pool().close().await;
                counter.close().await;
                readers.close().await;
            }
            Self::Postgres(pool, ..) => pool.close().await,
        }
    }
}

/// Tells if the database fails as a whole, rather than containing something unreadable.
pub fn is_outage(error: &sqlx::Error) -> bool {
    !matches!(
        error,
        sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::RowNotFound
    )
}
