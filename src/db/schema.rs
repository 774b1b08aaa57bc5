//! Making the program's own objects, or adopting those that the platform's migrations made.

use std::collections::HashSet;

use anyhow::bail;
use sqlx::{
    AssertSqlSafe, SqlStr,
    migrate::{MigrateError, Migrator},
};

use super::{Db, ownership::ownership, replacing::Obstacle, tx::Tx};

/// The platform's own migrations keep their journal elsewhere; ours is named like all that is ours.
const JOURNAL: &str = "ops_migrations";
/// The first migration, for databases where views of others depend on the adopted ones.
const ADOPTING: &str = include_str!("../../migrations/adopting/0001_ops.sql");

impl Db {
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let migrator = self.migrator();
        if self.lacks_a_migration(&migrator).await? {
            self.owns_its_tables().await?;
            // Two processes would make the same table twice, and a lock of sqlx's is the session's, which a pooler hands
            // to another client.
            let mut tx = self.begin().await?;
            tx.migrate(&migrator).await?;
            tx.commit().await?;
        } else {
            match self {
                Self::Sqlite(pool, ..) => migrator.run(pool).await?,
                Self::Postgres(pool, ..) => migrator.run(pool).await?,
            }
        }
        match self.refresh_views().await {
            Ok(obstacles) => {
                for obstacle in obstacles {
                    tracing::warn!("{obstacle}");
                }
            }
            // A reader blocks them. The first sweep tries again.
            Err(error) if matches!(self, Self::Postgres(..)) => {
                tracing::warn!(%error, "the views vw_slo_daily and vw_ops_health cannot be renewed");
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Only a table's owner may change it; who that is, and how to let this account do so.
    async fn owns_its_tables(&self) -> anyhow::Result<()> {
        if let Some((why, advice)) = ownership(&self.foreign_tables().await?) {
            bail!("{why}; {advice}");
        }
        Ok(())
    }

    pub(super) fn migrator(&self) -> Migrator {
        let mut migrator = match self {
            Self::Sqlite(..) => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres(..) => {
                let mut migrator = sqlx::migrate!("migrations/postgres");
                let first = migrator
                    .migrations
                    .to_mut()
                    .iter_mut()
                    .find(|one| one.version == 1);
                if let Some(first) = first {
                    first.sql = SqlStr::from_static(ADOPTING);
                }
                migrator
            }
        };
        migrator.table_name = JOURNAL.into();
        migrator.set_locking(false);
        migrator
    }

    pub(super) async fn has_journal(&self) -> sqlx::Result<bool> {
        Ok(self.relations().await?.contains(JOURNAL))
    }

    pub(super) async fn applied_migrations(&self) -> sqlx::Result<Vec<i64>> {
        self.query("SELECT version FROM ops_migrations")
            .fetch_values()
            .await
    }

    /// Checked before the write lock is taken, so that a start without migrations does not wait for it.
    async fn lacks_a_migration(&self, migrator: &Migrator) -> sqlx::Result<bool> {
        if !self.has_journal().await? {
            return Ok(true);
        }
        let applied = self.applied_migrations().await?;
        Ok(migrator
            .iter()
            .any(|migration| !applied.contains(&migration.version)))
    }

    /// The names of all tables and views that a query would find.
    pub async fn relations(&self) -> sqlx::Result<HashSet<String>> {
        let sql = match self {
            Self::Sqlite(..) => "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')",
            Self::Postgres(..) => {
                "SELECT relname::text FROM pg_class
                 WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(oid)"
            }
        };
        let names: Vec<String> = self.query(sql).fetch_values().await?;
        Ok(names.into_iter().collect())
    }

    /// Points `vw_slo_daily` at the platform's tables as soon as they exist; does nothing if it is up to date. Returns
    /// the views that could not be replaced.
    pub async fn refresh_views(&self) -> sqlx::Result<Vec<Obstacle>> {
        let slo = self.slo_definition().await?;
        match self {
            Self::Sqlite(..) => {
                let wanted = format!("CREATE VIEW vw_slo_daily AS\n{slo}");
                let standing: Option<String> = self
                    .query(
                        "SELECT sql FROM sqlite_master
                         WHERE type = 'view' AND name = 'vw_slo_daily'",
                    )
                    .fetch_optional_value()
                    .await?;
                if standing.as_ref() != Some(&wanted) {
                    self.remake_slo_view(wanted).await?;
                }
                Ok(Vec::new())
            }
            Self::Postgres(..) => self.replace_views(&slo).await,
        }
    }

    async fn remake_slo_view(&self, definition: String) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.query("DROP VIEW IF EXISTS vw_slo_daily")
            .execute()
            .await?;
        tx.query(AssertSqlSafe(definition)).execute().await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Tx {
    async fn migrate(&mut self, migrator: &Migrator) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite(tx, _) => migrator.run(&mut **tx).await,
            Self::Postgres(tx, _) => migrator.run(&mut **tx).await,
        }
    }
}
