//! Opening the pools, with a limit on how long one use of a connection may take.

use std::sync::Arc;

use super::{
    DatabaseUrl, Db,
    dial::postgres,
    pool::POOL_SIZE,
    sqlite::{self, FileTrouble, FileWatch},
    trouble,
};

/// Opens an existing database: an empty file in the wrong place would look like a new installation.
pub async fn reach(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    open(url).await
}

/// Opens an existing database without migrating it.
pub async fn visit(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    connect(url, POOL_SIZE)
        .await
        .map_err(|error| cannot_open(url, error))
}

/// An error if it is a file that is not there.
pub fn must_exist(url: &DatabaseUrl) -> anyhow::Result<()> {
    if let DatabaseUrl::Sqlite(path) = url {
        anyhow::ensure!(
            path.exists(),
            "there is no database {url}; check DATABASE_URL, whose path begins at the working directory"
        );
    }
    Ok(())
}

fn cannot_open(url: &DatabaseUrl, error: sqlx::Error) -> anyhow::Error {
    let failed = format!("the database {url} cannot be opened");
    if let (DatabaseUrl::Postgres(_), Some(told)) = (url, trouble::told(&error)) {
        return anyhow::anyhow!("{failed}: {told}");
    }
    explained(
        url,
        error.into(),
        &failed,
        "check DATABASE_URL and its permissions",
    )
}

/// Adds advice to a database error: its own, or else the given one.
pub fn explained(
    url: &DatabaseUrl,
    error: anyhow::Error,
    failed: &str,
    advice: &str,
) -> anyhow::Error {
    match of_sqlite(url, &error) {
        // There is no more to it than its own words.
        Some(FileTrouble { what, advice }) if is_configuration(&error) => {
            anyhow::anyhow!("{failed}: {what}; {advice}")
        }
        Some(FileTrouble { what, advice }) => error.context(format!("{failed}: {what}; {advice}")),
        None => error.context(format!("{failed}; {advice}")),
    }
}

fn of_sqlite(url: &DatabaseUrl, error: &anyhow::Error) -> Option<FileTrouble> {
    let DatabaseUrl::Sqlite(path) = url else {
        return None;
    };
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<sqlx::Error>())
        .find_map(|cause| FileTrouble::of(path, cause))
}

fn is_configuration(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(sqlx::Error::Configuration(_)))
}

/// Connects and brings the program's objects up to date.
pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Db> {
    open_pool(url, POOL_SIZE).await
}

/// The same with a limit for connections to `PostgreSQL`.
async fn open_pool(url: &DatabaseUrl, size: u32) -> anyhow::Result<Db> {
    let db = connect(url, size)
        .await
        .map_err(|error| cannot_open(url, error))?;
    migrate(url, &db).await?;
    Ok(db)
}

/// The same for a running program, with a limit for connections to `PostgreSQL`. The database must exist.
pub async fn open_watched(url: &DatabaseUrl, size: u32) -> anyhow::Result<(Db, FileWatch)> {
    let DatabaseUrl::Sqlite(path) = url else {
        return Ok((open_pool(url, size).await?, FileWatch::default()));
    };
    must_exist(url).map_err(|error| {
        anyhow::anyhow!("{error}. To start with a new one: sovani-ops run --create")
    })?;
    let opened = async {
        let opened = sqlite::connect(path).await?;
        let watch = FileWatch::over(Arc::clone(&opened.file)).await?;
        Ok::<_, sqlx::Error>((Db::of_sqlite(opened), watch))
    };
    let (db, watch) = opened.await.map_err(|error| cannot_open(url, error))?;
    migrate(url, &db).await?;
    Ok((db, watch))
}

async fn migrate(url: &DatabaseUrl, db: &Db) -> anyhow::Result<()> {
    db.migrate().await.map_err(|error| {
        let failed = format!("the tables of this program cannot be made in {url}");
        let advice = "its user must own them, and needs the right to create tables and views";
        explained(url, error, &failed, advice)
    })
}

pub async fn connect(url: &DatabaseUrl, size: u32) -> sqlx::Result<Db> {
    Ok(match url {
        DatabaseUrl::Sqlite(path) => Db::of_sqlite(sqlite::connect(path).await?),
        DatabaseUrl::Postgres(address) => Db::of_postgres(postgres(address, size).await?),
    })
}
