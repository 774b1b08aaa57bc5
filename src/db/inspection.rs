//! Inspects a database without changing it.

use std::collections::{HashMap, HashSet};

use sqlx::Connection;

use super::{DatabaseUrl, Db, dial::postgres, pool::POOL_SIZE, sqlite};
use crate::domain::Timestamp;

/// The state of the program's own tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// Migrations that the next start applies.
    pub pending: usize,
    /// Migrations that this version does not know.
    pub unknown: usize,
}

/// Facts about the server, or about the SQLite library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub version: String,
    /// How the file is journalled; `None` on `PostgreSQL`.
    pub journal: Option<String>,
    /// The server accepts no writes; never on `SQLite`, where the file decides.
    pub read_only: bool,
    /// How many sessions wait for a lock; `None` on `SQLite`.
    pub waiting: Option<i64>,
}

const POSTGRES_SERVER: &str = "SELECT 'PostgreSQL ' || current_setting('server_version'),
        pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
        (SELECT COUNT(*) FROM pg_locks l WHERE NOT l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))";

/// Opens a database without creating a file or changing a mode.
pub async fn inspect(url: &DatabaseUrl) -> sqlx::Result<Db> {
    Ok(match url {
        DatabaseUrl::Sqlite(path) => Db::of_sqlite(sqlite::inspect(path).await?),
        DatabaseUrl::Postgres(address) => Db::of_postgres(postgres(address, POOL_SIZE).await?),
    })
}

impl Db {
    pub async fn server(&self) -> sqlx::Result<Server> {
        match self {
            Self::Sqlite(..) => {
                let (version, journal) = self
                    .query(
                        "SELECT 'SQLite ' || sqlite_version(),
                            (SELECT journal_mode FROM pragma_journal_mode)",
                    )
                    .fetch_one()
                    .await?;
                Ok(Server {
                    version,
                    journal: Some(journal),
                    read_only: false,
                    waiting: None,
                })
            }
            Self::Postgres(..) => {
                let (version, read_only, waiting) = self.query(POSTGRES_SERVER).fetch_one().await?;
                Ok(Server {
                    version,
                    journal: None,
                    read_only,
                    waiting: Some(waiting),
                })
            }
        }
    }

    /// Takes the write lock and releases it without writing. `PostgreSQL` has no such lock.
    pub async fn try_write_lock(&self) -> sqlx::Result<()> {
        if let Self::Sqlite(pool, ..) = self {
            let mut connection = pool.acquire().await?;
            let lock = connection.begin_with("BEGIN IMMEDIATE").await?;
            lock.rollback().await?;
        }
        Ok(())
    }

    /// Tells if this account may create tables; always on `SQLite`, where the file decides.
    pub async fn may_create(&self) -> sqlx::Result<bool> {
        let Self::Postgres(..) = self else {
            return Ok(true);
        };
        let may: Option<bool> = self
            .query("SELECT has_schema_privilege(current_schema(), 'CREATE')")
            .fetch_value()
            .await?;
        Ok(may.unwrap_or(false))
    }

    pub async fn migrations(&self) -> sqlx::Result<Migrations> {
        let known: HashSet<i64> = self.migrator().iter().map(|known| known.version).collect();
        if !self.has_journal().await? {
            return Ok(Migrations {
                pending: known.len(),
                unknown: 0,
            });
        }
        let applied = self.applied_migrations().await?.into_iter().collect();
        Ok(Migrations {
            pending: known.difference(&applied).count(),
            unknown: applied.difference(&known).count(),
        })
    }

    /// The columns of a table or view with their types, as they were declared; none if there is no such thing.
    pub async fn column_types(&self, relation: &str) -> sqlx::Result<HashMap<String, String>> {
        let sql = match self {
            Self::Sqlite(..) => "SELECT name, LOWER(type) FROM pragma_table_info($1)",
            // A type that is made of another is read as that.
            Self::Postgres(..) => {
                "SELECT attname::text, format_type(COALESCE(NULLIF(typbasetype, 0), t.oid), NULL)
                 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                 WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped"
            }
        };
        let columns: Vec<(String, String)> = self.query(sql).bind(relation).fetch_all().await?;
        Ok(columns.into_iter().collect())
    }

    /// Tells if the lease is held.
    pub async fn lease_is_held(&self, name: &str, now: Timestamp) -> sqlx::Result<bool> {
        if !self.relations().await?.contains("ops_leases") {
            return Ok(false);
        }
        self.query("SELECT EXISTS (SELECT 1 FROM ops_leases WHERE name = $1 AND expires_at > $2)")
            .bind(name)
            .bind(now)
            .fetch_value()
            .await
    }
}
