//! The days of the service levels.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Range, Reader};
use crate::{
    db::Db,
    domain::{Counted, SloDay, Target},
};

/// With rows but without recorded runs, all is as it should be.
const INGESTED_PCT: f64 = 100.0;

impl Reader<'_> {
    /// The figures of each of these days, as `vw_slo_daily` has them. A day without sales has no success rate here.
    pub async fn slo_days(&self, (from, to): Range) -> sqlx::Result<Vec<SloDay>> {
        let db = &self.facts.db;
        let sold: HashMap<_, _> = self.sales_rows((from, to)).await?.into_iter().collect();
        let ingested = rates(db, Target::IngestSuccessRate, (from, to)).await?;
        let on_time = rates(db, Target::SchedulerOnTime, (from, to)).await?;
        let p95s = db.p95_by_day(from, to).await?;
        let p95s: HashMap<_, _> = p95s.into_iter().collect();
        let day = |d: NaiveDate| {
            let records = sold.get(&d).copied().unwrap_or(0);
            let rate = ingested.get(&d).copied().unwrap_or(INGESTED_PCT);
            SloDay {
                d,
                ingest_records: records,
                ingest_success_rate_pct: (records > 0).then_some(rate),
                scheduler_on_time_pct: on_time.get(&d).copied(),
                api_latency_p95_ms: p95s.get(&d).copied(),
            }
        };
        let days = from.iter_days().take_while(|day| *day <= to);
        Ok(days.map(day).collect())
    }
}

/// The share of good events of each day that has any.
async fn rates(
    db: &Db,
    target: Target,
    (from, to): Range,
) -> sqlx::Result<HashMap<NaiveDate, f64>> {
    let counted = db.counted_by_day(target, from, to).await?.into_iter();
    let counted = counted.filter(|(_, counted)| counted.total > 0.0);
    let rate = |(day, counted): (_, Counted)| (day, 100.0 * counted.good / counted.total);
    Ok(counted.map(rate).collect())
}
