//! What the platform's ingestion has brought.

use chrono::NaiveDate;
use sqlx::QueryBuilder;

use super::{Db, on};
use crate::domain::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// The newest day with sales, today at the latest.
    pub last_day: Option<NaiveDate>,
    /// Rows of the day asked about and later.
    pub records: i64,
}

/// A job's run that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinishedRun {
    pub at: Timestamp,
    pub succeeded: bool,
}

impl Db {
    pub async fn ingested_since(&self, day: NaiveDate, today: NaiveDate) -> sqlx::Result<Ingested> {
        let (last_day, records) = on!(self, pool => {
            sqlx::query_as(
                "SELECT (SELECT MAX(d) FROM daily_sales WHERE d <= $2),
                        (SELECT COUNT(*) FROM daily_sales WHERE d >= $1 AND d <= $2)",
            )
            .bind(day)
            .bind(today)
            .fetch_one(pool)
            .await
        })?;
        Ok(Ingested { last_day, records })
    }

    /// The days between these, both included, on which each marketplace sold something.
    pub async fn sales_days(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<Vec<(String, NaiveDate)>> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT s.marketplace, ds.d FROM daily_sales ds JOIN sku s ON s.id = ds.sku_id
                 WHERE ds.d >= $1 AND ds.d <= $2 GROUP BY s.marketplace, ds.d ORDER BY s.marketplace, ds.d",
            )
            .bind(from)
            .bind(to)
            .fetch_all(pool)
            .await
        })
    }

    /// The runs of these jobs that ended since that moment, whoever told of them. As everywhere, one that is neither under
    /// way nor a success has failed, and one without an end ended when it started. What a clock that is ahead has written
    /// is not known yet.
    pub async fn finished_runs(
        &self,
        jobs: &[String],
        since: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Vec<FinishedRun>> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(Timestamp, bool)> = on!(self, pool => {
            let mut query = QueryBuilder::new("");
            for (table, name) in [("job_runs", "job_name"), ("ops_job_runs", "job")] {
                if table == "ops_job_runs" {
                    query.push(" UNION ALL ");
                }
                query
                    .push("SELECT COALESCE(finished_at, started_at) AS at, COALESCE(status, '') = 'success' FROM ")
                    .push(table)
                    .push(" WHERE COALESCE(status, '') <> 'running' AND COALESCE(finished_at, started_at) >= ")
                    .push_bind(since)
                    .push(" AND ")
                    .push(name)
                    .push(" IN (");
                let mut names = query.separated(", ");
                for job in jobs {
                    names.push_bind(job);
                }
                query.push(")");
            }
            query.push(" ORDER BY at").build_query_as().fetch_all(pool).await
        })?;
        Ok(rows
            .into_iter()
            .map(|(at, succeeded)| FinishedRun { at, succeeded })
            .filter(|run| run.at <= now)
            .collect())
    }
}
