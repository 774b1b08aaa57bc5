//! Opening a pool of connections to `PostgreSQL`.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{
    ConnectOptions, Connection, Error, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Db, limits,
    link::{Link, NO_SESSION, UNSUPPORTED, WAITED_IN_VAIN},
    url::PostgresAddress,
};

/// How long to wait for a connection of the pool. An unreachable server is reported sooner.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Sessions by this name are this program's own.
const APPLICATION_NAME: &str = "sovani-ops";
/// The connection limit of the role or database, minus one for the doctor and backups if it is above two. No row
/// without a limit; superusers have none.
const GRANTED: &str = "SELECT CAST(MIN(CASE WHEN n > 2 THEN n - 1 ELSE n END) AS INTEGER) FROM (
        SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = current_user AND NOT rolsuper
        UNION ALL SELECT datconnlimit FROM pg_database, pg_roles
            WHERE datname = current_database() AND rolname = current_user AND NOT rolsuper
    ) limits WHERE n > 0";

/// Tells if sessions are this program's own, and how many the server grants, if limited.
enum Found {
    Server { granted: Option<u32> },
    Pooler,
}

pub(super) async fn postgres(address: &PostgresAddress, size: u32) -> sqlx::Result<PgPool> {
    let link = Link::open(address).map_err(Error::Io)?;
    let options = link.lead(options(address));
    let direct = options.clone().options(limits::session());
    let (options, size, is_pooled) = match look(&direct).await? {
        Found::Server { granted } => (
            direct,
            granted.map_or(size, |granted| size.min(granted)),
            false,
        ),
        Found::Pooler if options.get_options().is_some() => {
            return Err(told(
                "PgBouncer, or another pooler, stands before the server and takes no options of a session: leave options \
                 out of DATABASE_URL and PGOPTIONS, and set them with ALTER ROLE … SET, or connect to PostgreSQL itself",
            ));
        }
        Found::Pooler => {
            link.pool_statements();
            // A statement is there for one transaction, and so has to be described for each.
            (options.statement_cache_capacity(0), size, true)
        }
    };
    let pool = PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Closes a connection when another task waits for one that the server does not grant. The link lives as long as
        // the pool.
        .after_release(move |_, _| {
            let keep = !link.is_short_of_connections();
            Box::pin(async move { Ok(keep) })
        })
        .connect_with(options)
        .await?;
    if is_pooled {
        takes_transactions(&pool).await?;
    }
    Ok(pool)
}

impl Db {
    /// Tells if a pooler such as `PgBouncer` shares sessions with other clients.
    pub async fn is_pooled(&self) -> sqlx::Result<bool> {
        let Self::Postgres(pool, ..) = self else {
            return Ok(false);
        };
        sqlx::query_scalar("SELECT COALESCE(current_setting($1, true), '') <> 'on'")
            .bind(limits::DIRECT)
            .fetch_one(pool)
            .await
    }

    /// The most connections that are opened at once; `None` on `SQLite`, whose are files.
    pub fn pool_size(&self) -> Option<u32> {
        match self {
            Self::Sqlite(..) => None,
            Self::Postgres(pool, ..) => Some(pool.options().get_max_connections()),
        }
    }
}

fn told(text: &str) -> Error {
    Error::Configuration(text.into())
}

/// Everything is given to the driver by name: an address as a whole it would log in part, and the password file too.
fn options(address: &PostgresAddress) -> PgConnectOptions {
    let options = PgConnectOptions::new_without_pgpass()
        .username(&address.user)
        .database(&address.database)
        .application_name(APPLICATION_NAME)
        // A pooler does not know it, and servers since 12 write figures in full by themselves.
        .extra_float_digits(None);
    // The process's own PGOPTIONS is already included; an empty list must not be sent.
    let options = if address.options.is_empty() {
        options
    } else {
        options.options(address.options.iter().map(|(name, value)| (name, value)))
    };
    let mut passwords = address.hosts.iter().map(|host| address.password_for(host));
    match passwords.find_map(|password| password) {
        Some(password) => options.password(password.secret().expose_secret()),
        None => options,
    }
}

async fn look(direct: &PgConnectOptions) -> sqlx::Result<Found> {
    let mut connection = match direct.connect().await {
        Ok(connection) => connection,
        Err(Error::Database(error)) if error.message().starts_with(UNSUPPORTED) => {
            return Ok(Found::Pooler);
        }
        Err(error) => return Err(error),
    };
    let found = match judge(&mut connection).await {
        Err(Error::Database(error)) if error.message() == WAITED_IN_VAIN => {
            return Err(told(NO_SESSION));
        }
        found => found,
    };
    connection.close().await?;
    found
}

/// In plain statements, which every pooler carries.
async fn judge(connection: &mut PgConnection) -> sqlx::Result<Found> {
    let marked = format!("SELECT current_setting('{}', true)", limits::DIRECT);
    let marked = sqlx::raw_sql(sqlx::AssertSqlSafe(marked))
        .fetch_one(&mut *connection)
        .await?;
    // Once another session has had it, it is there without a value.
    let marked: Option<String> = marked.try_get(0)?;
    if marked.is_none_or(|marked| marked.is_empty()) {
        return Ok(Found::Pooler);
    }
    let granted = sqlx::raw_sql(GRANTED).fetch_one(connection).await?;
    let granted: Option<i32> = granted.try_get(0)?;
    Ok(Found::Server {
        granted: granted.and_then(|granted| u32::try_from(granted).ok()),
    })
}

/// A pooler may give each statement another session, and may have none.
async fn takes_transactions(pool: &PgPool) -> sqlx::Result<()> {
    let begun = tokio::time::timeout(ACQUIRE_TIMEOUT, pool.begin_with(limits::begin()));
    match begun.await {
        Ok(Ok(transaction)) => transaction.rollback().await,
        Err(_) | Ok(Err(Error::PoolTimedOut)) => Err(told(NO_SESSION)),
        Ok(Err(Error::Database(error))) if error.message() == NO_SESSION => Err(told(NO_SESSION)),
        Ok(Err(Error::Database(error))) => Err(told(&format!(
            "PgBouncer takes no transactions ({error}): set pool_mode to transaction or session for this database"
        ))),
        Ok(Err(error)) => Err(error),
    }
}
