//! The summaries of the two views, computed without the views.

use chrono::NaiveDate;

use sqlx::AssertSqlSafe;

use super::{Db, shown};
use crate::domain::SloDay;

/// The row of `vw_ops_health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpsHealth {
    pub alerts_last_hour: i64,
    pub critical_last_24h: i64,
    pub remediations_last_hour: i64,
    pub remediation_failures_24h: i64,
}

/// A row of the query; the domain does not know columns.
#[derive(sqlx::FromRow)]
struct SloDayRow {
    d: NaiveDate,
    ingest_records: i64,
    ingest_success_rate_pct: Option<f64>,
    scheduler_on_time_pct: Option<f64>,
    api_latency_p95_ms: Option<f64>,
}

impl From<SloDayRow> for SloDay {
    fn from(row: SloDayRow) -> Self {
        Self {
            d: row.d,
            ingest_records: row.ingest_records,
            ingest_success_rate_pct: row.ingest_success_rate_pct,
            scheduler_on_time_pct: row.scheduler_on_time_pct,
            api_latency_p95_ms: row.api_latency_p95_ms,
        }
    }
}

impl Db {
    pub async fn ops_health(&self) -> sqlx::Result<OpsHealth> {
        let definition = match self {
            Self::Sqlite(..) => "SELECT * FROM vw_ops_health",
            Self::Postgres(..) => shown::HEALTH_POSTGRES,
        };
        self.query(definition).fetch_one().await
    }

    pub async fn slo_days(&self, from: NaiveDate, to: NaiveDate) -> sqlx::Result<Vec<SloDay>> {
        let days = format!(
            "SELECT d, ingest_records, ingest_success_rate_pct, scheduler_on_time_pct,
                api_latency_p95_ms
             FROM ({}) days WHERE d >= $1 AND d <= $2 ORDER BY d",
            self.slo_definition().await?
        );
        let rows: Vec<SloDayRow> = self
            .query(AssertSqlSafe(days))
            .bind(from)
            .bind(to)
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(SloDay::from).collect())
    }

    /// Tells if any day has ever had data.
    pub async fn ever_ingested(&self) -> sqlx::Result<bool> {
        let days = self.slo_definition().await?;
        let ever = format!("SELECT EXISTS (SELECT 1 FROM ({days}) days WHERE ingest_records > 0)");
        self.query(AssertSqlSafe(ever)).fetch_value().await
    }
}
