//! Making the program's own objects, or adopting those that the platform's migrations made.

use std::collections::HashSet;

use sqlx::migrate::Migrator;

use super::{Db, on, tx::write};

/// The platform's own migrations keep their journal elsewhere; ours is named like all that is ours.
const JOURNAL: &str = "ops_migrations";

/// Every calendar day between the first and the last one of which anything is known, so that a day without rows is there
/// with 0 %. What nothing measures is `NULL`, and so is what may still come: the sales of the days after the last ones.
/// A stray date far off must not make a calendar of millennia.
const SLO_VIEW_SQLITE: &str = "CREATE VIEW vw_slo_daily AS
WITH RECURSIVE span (first, last) AS (
    SELECT MIN(first), MAX(last) FROM (
        SELECT MIN(d) AS first, MAX(d) AS last FROM daily_sales
        UNION ALL SELECT MIN(d), MAX(d) FROM ops_sli
        UNION ALL SELECT MIN(d), MAX(d) FROM ops_latency_days)
),
days (d, last) AS (
    SELECT max(first, date('now', '-10 years')), min(last, date('now', '+1 day')) FROM span WHERE first IS NOT NULL
    UNION ALL
    SELECT date(d, '+1 day'), last FROM days WHERE d < last
)
SELECT d,
    records AS ingest_records,
    CASE WHEN records > 0 THEN COALESCE((SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
                                         WHERE e.d = counted.d AND e.target = 'ingest_success_rate'), 100.0)
         WHEN d < (SELECT MAX(d) FROM daily_sales) THEN 0.0 END AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT days.d AS d, (SELECT COUNT(*) FROM daily_sales s WHERE s.d = days.d) AS records
      FROM days WHERE days.d <= days.last) counted";

const SLO_VIEW_POSTGRES: &str = "CREATE VIEW vw_slo_daily AS
SELECT d,
    records AS ingest_records,
    CASE WHEN records > 0 THEN COALESCE((SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
                                         WHERE e.d = counted.d AND e.target = 'ingest_success_rate'), 100.0)
         WHEN d < (SELECT MAX(s.d) FROM daily_sales s) THEN 0.0 END::double precision AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT day::date AS d, (SELECT COUNT(*) FROM daily_sales s WHERE s.d = day::date) AS records
      FROM (SELECT MIN(first) AS first, MAX(last) AS last FROM (
                SELECT MIN(d) AS first, MAX(d) AS last FROM daily_sales
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_sli
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_latency_days) spans) span,
          generate_series(GREATEST(first, (now() - interval '10 years')::date)::timestamp,
                          LEAST(last, (now() + interval '1 day')::date)::timestamp, interval '1 day') day
      WHERE first IS NOT NULL) counted";

/// Stands in while the platform has made no tables: a view over a missing table would break the platform's own
/// migrations on `SQLite`, and cannot be made on `PostgreSQL`.
const SLO_VIEW_WITHOUT_SALES: &str = "CREATE VIEW vw_slo_daily AS
SELECT d,
    CAST(0 AS BIGINT) AS ingest_records,
    CAST(NULL AS DOUBLE PRECISION) AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = measured.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = measured.d) AS api_latency_p95_ms
FROM (SELECT d FROM ops_sli UNION SELECT d FROM ops_latency_days) measured";

impl Db {
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let migrator = self.migrator();
        match self {
            // sqlx locks PostgreSQL while it migrates, but not SQLite: two processes would make the same table twice.
            Self::Sqlite(pool) if self.lacks_a_migration(&migrator).await? => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                migrator.run(&mut *tx).await?;
                tx.commit().await?;
            }
            Self::Sqlite(pool) => migrator.run(pool).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        self.refresh_slo_view().await?;
        Ok(())
    }

    pub(super) fn migrator(&self) -> Migrator {
        let mut migrator = match self {
            Self::Sqlite(_) => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("migrations/postgres"),
        };
        migrator.table_name = JOURNAL.into();
        migrator
    }

    pub(super) async fn has_journal(&self) -> sqlx::Result<bool> {
        Ok(self.relations().await?.contains(JOURNAL))
    }

    pub(super) async fn applied_migrations(&self) -> sqlx::Result<Vec<i64>> {
        on!(self, pool => {
            sqlx::query_scalar("SELECT version FROM ops_migrations").fetch_all(pool).await
        })
    }

    /// Asked before the write lock is taken, which a start that has nothing to migrate must not wait for.
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
        let names: Vec<String> = match self {
            Self::Sqlite(pool) => {
                sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
                    .fetch_all(pool)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT relname::text FROM pg_class
                     WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(oid)",
                )
                .fetch_all(pool)
                .await?
            }
        };
        Ok(names.into_iter().collect())
    }

    /// Points `vw_slo_daily` at the platform's tables as soon as they exist; does nothing when it stands as it should.
    pub async fn refresh_slo_view(&self) -> sqlx::Result<()> {
        let has_sales = self.relations().await?.contains("daily_sales");
        let (wanted, standing): (&str, Option<String>) = match self {
            Self::Sqlite(pool) => (
                if has_sales {
                    SLO_VIEW_SQLITE
                } else {
                    SLO_VIEW_WITHOUT_SALES
                },
                sqlx::query_scalar(
                    "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'vw_slo_daily'",
                )
                .fetch_optional(pool)
                .await?,
            ),
            Self::Postgres(pool) => (
                if has_sales {
                    SLO_VIEW_POSTGRES
                } else {
                    SLO_VIEW_WITHOUT_SALES
                },
                // PostgreSQL keeps a view's meaning, not its text; the text stands in the view's comment.
                sqlx::query_scalar(
                    "SELECT obj_description(to_regclass('vw_slo_daily'), 'pg_class')",
                )
                .fetch_one(pool)
                .await?,
            ),
        };
        if standing.as_deref() == Some(wanted) {
            return Ok(());
        }
        self.replace_slo_view(wanted).await
    }

    async fn replace_slo_view(&self, definition: &'static str) -> sqlx::Result<()> {
        write!(self, conn => {
            sqlx::query("DROP VIEW IF EXISTS vw_slo_daily").execute(&mut *conn).await?;
            sqlx::query(definition).execute(&mut *conn).await?;
            if matches!(self, Self::Postgres(_)) {
                let comment = format!("COMMENT ON VIEW vw_slo_daily IS '{}'", definition.replace('\'', "''"));
                sqlx::query(sqlx::AssertSqlSafe(comment)).execute(&mut *conn).await?;
            }
        });
        Ok(())
    }
}
