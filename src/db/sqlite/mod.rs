//! Opening an `SQLite` file that other programs use too.

mod file;
mod holders;
mod kept_figures;
mod location;
mod mounts;
mod read_only;
mod trouble;
mod watch;
mod writer;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    error::DatabaseError,
    sqlite::{
        LockedSqliteHandle, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};

use self::file::File;
pub use self::{
    file::Present,
    holders::{Holder, Lock, locks},
    kept_figures::TablesState,
    location::{FileLocation, Misplaced},
    mounts::{Mount, parse as parse_mounts},
    read_only::read_only,
    trouble::{FileTrouble, Surroundings, There, explain},
    watch::FileWatch,
    writer::Writer,
};
use super::pool::{ACQUIRE_TIMEOUT, STATEMENT_LIMIT};

/// How long a writer waits for the platform's writers before it gives up.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The same for a mere look.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);
/// Between two tries where `SQLite` does not wait itself.
const BUSY_PAUSE: Duration = Duration::from_millis(50);
/// Connections for reading. Each is a thread that keeps the schema in memory, and there is seldom a processor for more.
const READERS: u32 = 6;
/// The pages that each connection keeps, in KiB when negative. The kernel keeps the file's pages for all of them.
const PAGE_CACHE: &str = "-512";
/// A connection that has counted many rows keeps the memory that this took.
const COUNTER_IDLES: Duration = Duration::from_secs(5);
/// `SQLITE_BUSY`.
const BUSY: i32 = 5;
/// How many steps of `SQLite`'s machine run between two looks at the clock: about a tenth of a millisecond.
const STEPS_BETWEEN_CHECKS: i32 = 10_000;

/// After these errors a connection is not reused: `SQLite` may have rolled its transaction back without sqlx noticing,
/// or its cached pages may be wrong. The primary codes of <https://sqlite.org/rescode.html>: `NOMEM`, `READONLY`,
/// `INTERRUPT`, `IOERR`, `CORRUPT`, `FULL`, `CANTOPEN`, `PROTOCOL`, `NOTADB`.
const SPOILING: [i32; 9] = [7, 8, 9, 10, 11, 13, 14, 15, 26];

/// `CORRUPT` and `NOTADB`.
const DAMAGE: [i32; 2] = [11, 26];

/// A file in use.
pub(super) struct Opened {
    pub readers: SqlitePool,
    pub writer: Writer,
    pub counter: SqlitePool,
    pub file: Arc<File>,
}

impl Opened {
    async fn new(options: SqliteConnectOptions, file: Arc<File>) -> sqlx::Result<Self> {
        let readers = pool_options(&file)
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(|connection, _| Box::pin(limit(connection)))
            .connect_with(options.clone())
            .await?;
        let writer = Writer::new(options.clone(), &file);
        let counter = pool_options(&file)
            .max_connections(1)
            .idle_timeout(COUNTER_IDLES)
            .acquire_timeout(STATEMENT_LIMIT)
            .after_connect(|connection, _| Box::pin(limit(connection)))
            .connect_lazy_with(options);
        Ok(Self {
            readers,
            writer,
            counter,
            file,
        })
    }
}

/// Opens the file, which is made where there is none, and switches it to WAL.
pub(super) async fn connect(path: &Path) -> sqlx::Result<Opened> {
    examine(path).await?;
    let options = options(path, BUSY_TIMEOUT);
    // Outside of the pool, whose limit of time would end the wait for other programs before it is known who they are.
    let first = switched(&options.clone().create_if_missing(true)).await?;
    let file = Arc::new(File::at(path));
    let opened = Opened::new(options, file).await?;
    first.close().await?;
    Ok(opened)
}

/// `SQLite` does not wait for every lock that blocks the switch: it fails at once while another program writes.
async fn switched(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    let options = options.clone().journal_mode(SqliteJournalMode::Wal);
    let begun = Instant::now();
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && begun.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(BUSY_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    error.is_some_and(|error| primary_code(error) == BUSY)
}

/// Opens the file as it is: makes none and changes no mode.
pub(super) async fn inspect(path: &Path) -> sqlx::Result<Opened> {
    examine(path).await?;
    let file = Arc::new(File::at(path));
    Opened::new(options(path, LOOK_TIMEOUT), file).await
}

/// A connection that comes later makes no file: an empty one in the place of a lost one would look like the platform's.
fn options(path: &Path, busy: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        // Survives a killed process; after a power cut the newest commits may be gone, never half of one.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(busy)
        .pragma("cache_size", PAGE_CACHE)
}

/// A file that is in WAL already is as much in danger as one that is to be switched.
pub async fn examine(path: &Path) -> sqlx::Result<()> {
    let path = path.to_owned();
    let judged = tokio::task::spawn_blocking(move || FileLocation::of(&path).judge()).await;
    match judged {
        Ok(Ok(())) => Ok(()),
        Ok(Err(misplaced)) => Err(sqlx::Error::Configuration(misplaced.into())),
        Err(panic) => Err(sqlx::Error::Configuration(panic.into())),
    }
}

/// Connections are only used while they are sound, and on the file that is there.
fn pool_options(file: &Arc<File>) -> SqlitePoolOptions {
    let (file, used) = (Arc::clone(file), Arc::clone(file));
    SqlitePoolOptions::new()
        // A file always answers, and each look at a connection's thread costs as much as a query.
        .test_before_acquire(false)
        .before_acquire(move |_, about| {
            let is_there = file.is_that_of(about.age);
            Box::pin(async move { Ok(is_there) })
        })
        .after_release(move |connection, about| {
            let used = Arc::clone(&used);
            Box::pin(async move {
                let sound = is_sound(connection, &used).await?;
                Ok(sound && used.is_that_of(about.age))
            })
        })
}

/// Limits the next use of the connection. Its time begins with the first long statement, so that the limit can be set
/// while the connection is idle.
async fn limit(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    limit_next_use(&mut connection.lock_handle().await?);
    Ok(())
}

fn limit_next_use(handle: &mut LockedSqliteHandle<'_>) {
    let mut begun = None;
    let goes_on = move || begun.get_or_insert_with(Instant::now).elapsed() < STATEMENT_LIMIT;
    handle.set_progress_handler(STEPS_BETWEEN_CHECKS, goes_on);
}

/// A dropped query continues in `SQLite`'s own thread; only its progress handler can stop it.
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

/// Tells if a used connection can be reused, and limits its next use. One that sqlx counts as still in a transaction either lost it to an
/// automatic rollback, and could not begin another, or failed to end it, and holds a lock.
async fn is_sound(connection: &mut SqliteConnection, file: &File) -> sqlx::Result<bool> {
    // Taking the handle waits for the rollback that a dropped transaction has asked for.
    let mut handle = connection.lock_handle().await?;
    let error = handle.last_error();
    limit_next_use(&mut handle);
    drop(handle);
    let code = error.as_ref().map_or(0, |error| primary_code(error));
    let sound = !connection.is_in_transaction() && !SPOILING.contains(&code);
    if !sound {
        let error = error.map_or_else(String::new, |error| error.to_string());
        if DAMAGE.contains(&code) {
            file.set_damage(Some(error.clone()));
        }
        tracing::warn!(error, "a connection to the database is given up");
    }
    Ok(sound)
}

/// The low byte says which kind of error it is; those above say more of it.
fn primary_code(error: &dyn DatabaseError) -> i32 {
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    code.map_or(0, |code| code & 0xFF)
}
