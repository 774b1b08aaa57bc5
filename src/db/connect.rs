//! Opening the pools, with a limit on how long one use of a connection may take.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use sqlx::{
    PgPool, SqliteConnection, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{DatabaseUrl, Db, dialing, url::PostgresAddress};

/// How long a writer waits for the platform's writers before it gives up.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest one use of a pooled connection may take. A query whose caller has gone away would otherwise burn on.
pub const STATEMENT_LIMIT: Duration = Duration::from_secs(30);
/// Six detectors at once, and room for the doors and the outbox.
const POOL_SIZE: u32 = 10;
/// How long to wait for a connection, so that an unreachable server is an error and not a hang.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How many steps of `SQLite`'s machine run between two looks at the clock: about a tenth of a millisecond.
const STEPS_BETWEEN_CHECKS: i32 = 10_000;

/// Opens what is there already: an empty file in a wrong place would look like a new installation.
pub async fn reach(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    open(url).await
}

/// The same as it stands, whichever version made its tables.
pub async fn visit(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    connect(url).await.with_context(|| cannot_open(url))
}

fn must_exist(url: &DatabaseUrl) -> anyhow::Result<()> {
    if let DatabaseUrl::Sqlite(path) = url {
        anyhow::ensure!(
            path.exists(),
            "there is no database {url}; check DATABASE_URL, whose path begins at the working directory"
        );
    }
    Ok(())
}

fn cannot_open(url: &DatabaseUrl) -> String {
    format!("the database {url} cannot be opened; check DATABASE_URL and its permissions")
}

/// Connects and brings the program's objects up to date.
pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Db> {
    let db = connect(url).await.with_context(|| cannot_open(url))?;
    db.migrate().await.with_context(|| {
        format!(
            "the tables of this program cannot be made in {url}; the user needs the right to create tables and views"
        )
    })?;
    Ok(db)
}

pub async fn connect(url: &DatabaseUrl) -> sqlx::Result<Db> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // Survives a killed process; after a power cut the newest commits may be gone, never half of one.
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(BUSY_TIMEOUT);
            Ok(Db::Sqlite(sqlite(options).await?))
        }
        DatabaseUrl::Postgres(address) => Ok(Db::Postgres(postgres(address).await?)),
    }
}

pub(super) async fn sqlite(options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new()
        .max_connections(POOL_SIZE)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| Box::pin(limit(connection)))
        .before_acquire(|connection, _| Box::pin(async { limit(connection).await.map(|()| true) }))
        .connect_with(options)
        .await
}

async fn limit(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    set_deadline(connection, STATEMENT_LIMIT).await
}

/// A dropped query goes on inside `SQLite`'s own thread; only its progress handler can stop it.
pub(super) async fn set_deadline(
    connection: &mut SqliteConnection,
    limit: Duration,
) -> sqlx::Result<()> {
    let deadline = Instant::now() + limit;
    connection
        .lock_handle()
        .await?
        .set_progress_handler(STEPS_BETWEEN_CHECKS, move || Instant::now() < deadline);
    Ok(())
}

pub(super) async fn postgres(address: &PostgresAddress) -> sqlx::Result<PgPool> {
    let options = dialing::reachable(address).await?;
    PgPoolOptions::new()
        .max_connections(POOL_SIZE)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.options([
            ("statement_timeout", STATEMENT_LIMIT.as_millis().to_string()),
            ("timezone", "UTC".to_owned()),
        ]))
        .await
}
