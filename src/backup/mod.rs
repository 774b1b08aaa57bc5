//! Copies of the whole database, made while everything runs.

mod dump;
mod tool;

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use tempfile::NamedTempFile;

pub use self::tool::find as find_tool;
use crate::{
    db::{self, DatabaseUrl, Db},
    domain::{Timestamp, megabytes},
};

/// The longest that making a copy, or reading it, may take: some terabytes on a slow disk.
const LIMIT: Duration = Duration::from_secs(6 * 3600);

/// A complete and verified copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub file: PathBuf,
    pub bytes: u64,
    pub tables: u64,
    /// The newest alert in the copy. On `PostgreSQL` it may have been added while the copy was made.
    pub newest_alert: Option<Timestamp>,
    pub took: Duration,
}

/// Writes the database into a new file. Until that is whole it has another name, and when this is given up it is gone.
/// `free` is the room on the file's disk, in bytes, where that is known.
pub async fn write(
    db: &Db,
    url: &DatabaseUrl,
    file: &Path,
    free: Option<u64>,
) -> anyhow::Result<Backup> {
    let begun = Instant::now();
    let shown = file.display();
    ensure!(
        file.symlink_metadata().is_err(),
        "{shown} is there already; a backup overwrites nothing: choose another name, or move it away"
    );
    ensure!(
        file.to_str().is_some(),
        "{shown} is no name that the database takes; choose one in UTF-8"
    );
    enough_room(db, file, free).await?;
    let partial = partial(file)?;
    let (tables, newest_alert) = match (db, url) {
        (Db::Sqlite(pool, ..), _) => {
            db::copy_sqlite(pool, partial.path(), LIMIT)
                .await
                .context("the database cannot be copied")?;
            let contents = db::check_sqlite_copy(partial.path(), LIMIT).await?;
            (contents.tables, contents.newest_alert)
        }
        (Db::Postgres(pool, ..), DatabaseUrl::Postgres(address)) => {
            // pg_dump changes settings of its session, which others would be given next.
            ensure!(
                !db.is_pooled().await?,
                "PgBouncer, or another pooler, stands before the server, and pg_dump needs the server itself: \
                 DATABASE_URL=postgresql://… sovani-ops backup"
            );
            let newest_alert = db.newest_alert().await?;
            let version = db::postgres_version(pool).await?;
            let made = tokio::time::timeout(LIMIT, dump::write(address, version, partial.path()));
            (
                made.await.context("pg_dump did not end in time")??,
                newest_alert,
            )
        }
        (Db::Postgres(..), DatabaseUrl::Sqlite(_)) => bail!("DATABASE_URL is of another database"),
    };
    let bytes = settle(partial, file)?;
    Ok(Backup {
        file: file.to_owned(),
        bytes,
        tables,
        newest_alert,
        took: begun.elapsed(),
    })
}

/// The folder that the file is in.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

async fn enough_room(db: &Db, file: &Path, free: Option<u64>) -> anyhow::Result<()> {
    let needed = db
        .room_for_a_copy()
        .await
        .context("the database's size cannot be told")?;
    let Some(free) = free.filter(|free| *free < needed) else {
        return Ok(());
    };
    let mb = |bytes| megabytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    bail!(
        "there is too little room for {}: the copy takes up to {:.1} MB, and {:.1} MB are free",
        file.display(),
        mb(needed),
        mb(free)
    )
}

/// A temporary file beside the target, readable only by its owner, deleted when dropped.
fn partial(file: &Path) -> anyhow::Result<NamedTempFile> {
    let name = file
        .file_name()
        .with_context(|| format!("{} is no name for a file", file.display()))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".partial")
        .tempfile_in(folder_of(file))
        .with_context(|| format!("nothing can be written beside {}", file.display()))
}

/// Gives the finished file its name, once it is on the disk. Its size in bytes.
fn settle(partial: NamedTempFile, file: &Path) -> anyhow::Result<u64> {
    let shown = file.display();
    // By its path, because the other program may have recreated the file.
    let written = File::open(partial.path()).with_context(|| format!("{shown} is gone"))?;
    written
        .sync_all()
        .with_context(|| format!("{shown} cannot be brought to the disk"))?;
    let bytes = written.metadata()?.len();
    partial
        .persist_noclobber(file)
        .map_err(|failed| failed.error)
        .with_context(|| format!("{shown} cannot be given its name"))?;
    File::open(folder_of(file))
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("the folder of {shown} cannot be brought to the disk"))?;
    Ok(bytes)
}
