//! Opening the pools, with a limit on how long one use of a connection may take.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    DatabaseUrl, Db, dialing, limits,
    sqlite::{self, Trouble},
    url::PostgresAddress,
};

/// The longest one use of a pooled connection may take. A query whose caller has gone away would otherwise burn on.
pub const STATEMENT_LIMIT: Duration = Duration::from_secs(30);
/// Six detectors at once, and room for the doors and the outbox.
pub(super) const POOL_SIZE: u32 = 10;
/// How long to wait for a connection, so that an unreachable server is an error and not a hang.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens what is there already: an empty file in a wrong place would look like a new installation.
pub async fn reach(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    open(url).await
}

/// The same as it stands, whichever version made its tables.
pub async fn visit(url: &DatabaseUrl) -> anyhow::Result<Db> {
    must_exist(url)?;
    connect(url).await.map_err(|error| cannot_open(url, error))
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

fn cannot_open(url: &DatabaseUrl, error: sqlx::Error) -> anyhow::Error {
    let failed = format!("the database {url} cannot be opened");
    explained(
        url,
        error.into(),
        &failed,
        "check DATABASE_URL and its permissions",
    )
}

/// An error of the database with what is to be done about it, or with the other advice where it does not say so itself.
pub fn explained(
    url: &DatabaseUrl,
    error: anyhow::Error,
    failed: &str,
    advice: &str,
) -> anyhow::Error {
    match trouble(url, &error) {
        // There is no more to it than its own words.
        Some(Trouble { what, advice }) if is_configuration(&error) => {
            anyhow::anyhow!("{failed}: {what}; {advice}")
        }
        Some(Trouble { what, advice }) => error.context(format!("{failed}: {what}; {advice}")),
        None => error.context(format!("{failed}; {advice}")),
    }
}

fn trouble(url: &DatabaseUrl, error: &anyhow::Error) -> Option<Trouble> {
    let DatabaseUrl::Sqlite(path) = url else {
        return None;
    };
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<sqlx::Error>())
        .find_map(|cause| Trouble::of(path, cause))
}

fn is_configuration(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(sqlx::Error::Configuration(_)))
}

/// Connects and brings the program's objects up to date.
pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Db> {
    let db = connect(url)
        .await
        .map_err(|error| cannot_open(url, error))?;
    db.migrate().await.map_err(|error| {
        let failed = format!("the tables of this program cannot be made in {url}");
        let advice = "its user must own them, and needs the right to create tables and views";
        explained(url, error, &failed, advice)
    })?;
    Ok(db)
}

pub async fn connect(url: &DatabaseUrl) -> sqlx::Result<Db> {
    Ok(match url {
        DatabaseUrl::Sqlite(path) => Db::Sqlite(sqlite::connect(path).await?),
        DatabaseUrl::Postgres(address) => Db::Postgres(postgres(address).await?),
    })
}

pub(super) async fn postgres(address: &PostgresAddress) -> sqlx::Result<PgPool> {
    let options = dialing::reachable(address).await?;
    let pool = PgPoolOptions::new()
        .max_connections(POOL_SIZE)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(for_session(options))
        .await?;
    dialing::follow(address, &pool, for_session);
    Ok(pool)
}

/// With what holds for every session.
fn for_session(options: PgConnectOptions) -> PgConnectOptions {
    options.options(limits::SESSION).options([
        ("statement_timeout", STATEMENT_LIMIT.as_millis().to_string()),
        ("timezone", "UTC".to_owned()),
    ])
}
