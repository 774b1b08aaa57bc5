//! Watches the file of a database in use.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use super::{
    ACQUIRE_TIMEOUT, BUSY_TIMEOUT, STATEMENT_LIMIT, examine,
    file::{File, Present},
    options, set_deadline, switched,
    writer::Writer,
};
use crate::domain::Disturbance;

const PAUSE: Duration = Duration::from_millis(20);

/// Watches an `SQLite` file; does nothing for a server.
#[derive(Default)]
pub struct FileWatch(Option<Watched>);

struct Watched {
    file: Arc<File>,
    present: Mutex<Present>,
    /// Open all the time, so that no other process that closes the file deletes the journal.
    standing: tokio::sync::Mutex<Option<SqliteConnection>>,
}

impl FileWatch {
    pub async fn over(file: Arc<File>) -> sqlx::Result<Self> {
        let standing = standing(&file.path).await?;
        Ok(Self(Some(Watched {
            present: Mutex::new(Present::at(&file.path)),
            standing: tokio::sync::Mutex::new(Some(standing)),
            file,
        })))
    }

    pub fn path(&self) -> Option<&Path> {
        self.0.as_ref().map(|watched| &*watched.file.path)
    }

    /// The disturbance since it was opened.
    pub fn disturbance(&self) -> Option<Disturbance> {
        let watched = self.0.as_ref()?;
        let happened = Present::at(&watched.file.path).since(*watched.present());
        happened.or_else(|| watched.file.damage().map(|_| Disturbance::Damaged))
    }

    /// Reads a damaged file completely, in case it was repaired.
    pub async fn look_again(&self) {
        let Some(watched) = &self.0 else { return };
        if watched.file.damage().is_none() {
            return;
        }
        let mut standing = watched.standing.lock().await;
        let Some(standing) = standing.as_mut() else {
            return;
        };
        if let Ok(()) = set_deadline(standing, STATEMENT_LIMIT).await
            && let Ok(said) = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)")
                .fetch_one(standing)
                .await
        {
            watched.file.set_damage((said != "ok").then_some(said));
        }
    }

    /// Reopens every connection on the current file.
    pub async fn reopen(
        &self,
        readers: &SqlitePool,
        writer: &Writer,
        counter: &SqlitePool,
    ) -> sqlx::Result<()> {
        let Some(watched) = &self.0 else {
            return Ok(());
        };
        let path = &watched.file.path;
        examine(path).await?;
        let mut standing = watched.standing.lock().await;
        let lost = Present::at(path);
        // A new journal must not be started while a connection here writes to the lost one.
        let mut held = everything(writer.pool()).await;
        held.extend(everything(readers).await);
        held.extend(everything(counter).await);
        watched.file.reset();
        if let Some(mut last) = standing.take() {
            if lost.file == watched.present().file && lost.journal[0].is_none() {
                rescue(&mut last).await;
            }
            last.close().await.ok();
        }
        for connection in held {
            connection.close().await.ok();
        }
        let switched = switched(&options(path, BUSY_TIMEOUT)).await?;
        switched.close().await?;
        *standing = Some(self::standing(path).await?);
        *watched.present() = Present::at(path);
        watched.file.set_damage(None);
        Ok(())
    }

    pub async fn close(&self) {
        if let Some(watched) = &self.0
            && let Some(standing) = watched.standing.lock().await.take()
        {
            standing.close().await.ok();
        }
    }
}

impl Watched {
    fn present(&self) -> std::sync::MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// It has read something, without which `SQLite` does not open the journal.
async fn standing(path: &Path) -> sqlx::Result<SqliteConnection> {
    let mut connection = options(path, BUSY_TIMEOUT).connect().await?;
    sqlx::query("SELECT COUNT(*) FROM sqlite_master")
        .fetch_one(&mut connection)
        .await?;
    Ok(connection)
}

/// The connections of a pool that come back in time.
async fn everything(pool: &SqlitePool) -> Vec<sqlx::pool::PoolConnection<sqlx::Sqlite>> {
    let begun = Instant::now();
    let mut held = Vec::new();
    while held.len() < pool.size() as usize && begun.elapsed() < ACQUIRE_TIMEOUT {
        match pool.try_acquire() {
            Some(connection) => held.push(connection),
            None => tokio::time::sleep(PAUSE).await,
        }
    }
    held
}

/// A journal without a name exists as long as somebody has it open; its content goes into the file.
async fn rescue(connection: &mut SqliteConnection) {
    let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(connection)
        .await;
    match folded {
        Ok(_) => tracing::warn!("what was in the removed journal is written into the database"),
        Err(error) => tracing::error!(%error, "what was in the removed journal is lost"),
    }
}
