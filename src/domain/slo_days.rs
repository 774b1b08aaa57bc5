//! The service levels day by day, as a picture shows them.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::SloDay;

/// One target over a range of days, a place for each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Daily {
    /// `None` where nothing was measured, or is not due yet.
    pub figures: Vec<Option<f64>>,
    /// The part of the error budget that was left at the day's end, of 1; empty when there is none to tell.
    pub budget_left: Vec<Option<f64>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SloDays {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub ingest: Daily,
    pub scheduler: Daily,
    pub api_latency: Daily,
}

/// The days from `from` to `to`, both included, as [`super::compliance`] counts them: one that is due and has no
/// data is at 0 %, provided that there has ever been any.
pub fn slo_days(
    (from, to): (NaiveDate, NaiveDate),
    rows: &[SloDay],
    ever_ingested: bool,
    last_due_day: NaiveDate,
) -> SloDays {
    let by_day: HashMap<NaiveDate, &SloDay> = rows.iter().map(|row| (row.d, row)).collect();
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let daily = |figure: &dyn Fn(NaiveDate, Option<&SloDay>) -> Option<f64>| Daily {
        figures: days
            .iter()
            .map(|day| figure(*day, by_day.get(day).copied()))
            .collect(),
        budget_left: Vec::new(),
    };
    SloDays {
        from,
        to,
        ingest: daily(&|day, row| match row {
            Some(row) if row.ingest_records > 0 => row.ingest_success_rate_pct,
            _ => (ever_ingested && day <= last_due_day).then_some(0.0),
        }),
        scheduler: daily(&|_, row| row?.scheduler_on_time_pct),
        api_latency: daily(&|_, row| row?.api_latency_p95_ms),
    }
}
