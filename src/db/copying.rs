//! Copies of the database, and what one holds.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::SecretString;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions,
};

use super::{Db, PostgresAddress, reading::Written, sqlite::set_deadline, url::PostgresHost};
use crate::domain::Timestamp;

/// A dump has no indexes and is compressed, so this is an upper bound.
const POSTGRES_ROWS: &str = "SELECT CAST(COALESCE(SUM(pg_table_size(c.oid)), 0) AS BIGINT)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')";
/// Other writers' moments may be any text; most such sort after those that can be read.
const NEWEST_ALERT: &str =
    "SELECT CAST(MAX(created_at) AS TEXT) FROM ops_alerts_history WHERE created_at < '3000-01-01'";

/// The contents of a copied `SQLite` file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    pub tables: u64,
    pub newest_alert: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum BadCopy {
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    #[error("the copy cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

impl Db {
    /// How many bytes a copy takes at most.
    pub async fn room_for_a_copy(&self) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite(..) => {
                let pages = self.pages().await?;
                Ok(pages.map_or(0, |pages| pages.size - pages.unused))
            }
            Self::Postgres(..) => {
                let bytes: i64 = self.query(POSTGRES_ROWS).fetch_value().await?;
                Ok(bytes.unsigned_abs())
            }
        }
    }

    /// `None` if the installation never had the table.
    pub async fn newest_alert(&self) -> sqlx::Result<Option<Timestamp>> {
        if !self.relations().await?.contains("ops_alerts_history") {
            return Ok(None);
        }
        self.query(NEWEST_ALERT).fetch_value().await.map(newest)
    }
}

/// Writes a snapshot into an empty file. Writers go on meanwhile.
pub async fn copy_sqlite(pool: &SqlitePool, file: &Path, limit: Duration) -> sqlx::Result<()> {
    let mut connection = pool.connect_options().connect().await?;
    set_deadline(&mut connection, limit).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(file.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// Reads a copy from end to end, as the file that it is: without a journal beside it.
pub async fn check_sqlite_copy(file: &Path, limit: Duration) -> Result<Contents, BadCopy> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(true);
    let mut copy = options.connect().await?;
    set_deadline(&mut copy, limit).await?;
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_all(&mut copy)
        .await?;
    if found != ["ok"] {
        return Err(BadCopy::Damaged(found.join("; ")));
    }
    let contents = contents(&mut copy).await?;
    copy.close().await?;
    Ok(contents)
}

async fn contents(copy: &mut SqliteConnection) -> sqlx::Result<Contents> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut *copy)
    .await?;
    let newest_alert = if tables.iter().any(|table| table == "ops_alerts_history") {
        newest(sqlx::query_scalar(NEWEST_ALERT).fetch_one(copy).await?)
    } else {
        None
    };
    Ok(Contents {
        tables: tables.len() as u64,
        newest_alert,
    })
}

fn newest(written: Option<Written>) -> Option<Timestamp> {
    written?.moment().ok()
}

/// The server's version: 15 of 15.14.
pub async fn postgres_version(pool: &sqlx::PgPool) -> sqlx::Result<u32> {
    let number: i32 =
        sqlx::query_scalar("SELECT CAST(current_setting('server_version_num') AS INTEGER)")
            .fetch_one(pool)
            .await?;
    Ok(number.unsigned_abs() / 10_000)
}

/// The same server and account as environment variables for `PostgreSQL`'s own programs: arguments can be read by every
/// account of the machine.
pub fn postgres_environment(address: &PostgresAddress) -> Vec<(&'static str, SecretString)> {
    let each = |part: fn(&PostgresHost) -> String| {
        let parts: Vec<_> = address.hosts.iter().map(part).collect();
        parts.join(",")
    };
    let path = |path: &Option<PathBuf>| {
        let path = path.as_ref()?;
        Some(path.to_string_lossy().into_owned())
    };
    let options: Vec<_> = address.options.iter().map(startup_option).collect();
    let target = address.writable.then(|| "read-write".to_owned());
    let variables = [
        ("PGHOST", Some(each(|host| host.name.clone()))),
        ("PGHOSTADDR", host_addresses(address)),
        ("PGPORT", Some(each(|host| host.port.to_string()))),
        ("PGUSER", Some(address.user.clone())),
        ("PGDATABASE", Some(address.database.clone())),
        ("PGTARGETSESSIONATTRS", target),
        ("PGPASSFILE", path(&address.passfile)),
        ("PGSSLMODE", Some(address.tls.mode.name().to_owned())),
        ("PGSSLROOTCERT", path(&address.tls.root_cert)),
        ("PGSSLCERT", path(&address.tls.cert)),
        ("PGSSLKEY", path(&address.tls.key)),
        ("PGSSLCRL", path(&address.tls.crl)),
        (
            "PGOPTIONS",
            Some(options.join(" ")).filter(|options| !options.is_empty()),
        ),
        ("PGAPPNAME", Some("sovani-ops backup".to_owned())),
    ];
    let password = address
        .password
        .as_ref()
        .map(|password| ("PGPASSWORD", password.secret().clone()));
    let variables = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.into())));
    variables.chain(password).collect()
}

/// All or none: libpq asks for one of each host.
fn host_addresses(address: &PostgresAddress) -> Option<String> {
    let addresses: Option<Vec<_>> = address
        .hosts
        .iter()
        .map(|host| Some(host.address?.to_string()))
        .collect();
    Some(addresses?.join(","))
}

fn startup_option((name, value): &(String, String)) -> String {
    let escaped = value.replace('\\', "\\\\").replace(' ', "\\ ");
    format!("-c {name}={escaped}")
}
