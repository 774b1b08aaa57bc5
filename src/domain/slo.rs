//! Whether the service levels held over a range of days, counting the days on which nothing arrived.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

#[derive(Clone, Copy, Debug)]
pub struct SloTargets {
    pub api_latency_p95_ms: f64,
    pub ingest_success_rate_pct: f64,
    pub scheduler_on_time_pct: f64,
}

/// One row of `vw_slo_daily`. `None` is "not measured".
#[derive(Clone, Debug)]
pub struct SloDay {
    pub d: NaiveDate,
    pub ingest_records: i64,
    /// Known up to the last day with sales.
    pub ingest_success_rate_pct: Option<f64>,
    pub scheduler_on_time_pct: Option<f64>,
    pub api_latency_p95_ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureStatus {
    Ok,
    NoData,
    NotMeasured,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// `None` when nothing measures the target.
    pub pass: Option<bool>,
    pub actual: Option<f64>,
    pub target: f64,
    pub status: MeasureStatus,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Compliance {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub days_analyzed: usize,
    /// Days in the range whose data is not due yet and has not come.
    pub days_pending: usize,
    pub ingest: Measure,
    pub scheduler: Measure,
    pub api_latency: Measure,
    pub overall_pass: bool,
}

/// Judges the days from `from` to `to`, both included. `rows` are the days that have a row; `ever_ingested` says
/// whether there has been any data at all.
pub fn compliance(
    (from, to): (NaiveDate, NaiveDate),
    rows: &[SloDay],
    ever_ingested: bool,
    last_due_day: NaiveDate,
    targets: &SloTargets,
) -> Compliance {
    let by_day: HashMap<NaiveDate, &SloDay> = rows.iter().map(|row| (row.d, row)).collect();
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let analyzed: Vec<f64> = days
        .iter()
        .filter_map(|day| match by_day.get(day) {
            Some(row) if row.ingest_records > 0 => row.ingest_success_rate_pct,
            _ if *day <= last_due_day => Some(0.0),
            _ => None,
        })
        .collect();

    let ingest = match mean(&analyzed).filter(|_| ever_ingested) {
        Some(actual) => Measure::ok(
            actual,
            targets.ingest_success_rate_pct,
            actual >= targets.ingest_success_rate_pct,
        ),
        None => Measure::no_data(targets.ingest_success_rate_pct),
    };
    let scheduler = measured(
        rows,
        |row| row.scheduler_on_time_pct,
        targets.scheduler_on_time_pct,
        |actual, target| actual >= target,
    );
    let api_latency = measured(
        rows,
        |row| row.api_latency_p95_ms,
        targets.api_latency_p95_ms,
        |actual, target| actual <= target,
    );
    let overall_pass = [&ingest, &scheduler, &api_latency]
        .iter()
        .all(|measure| measure.pass != Some(false));
    Compliance {
        from,
        to,
        days_analyzed: analyzed.len(),
        days_pending: days.len() - analyzed.len(),
        ingest,
        scheduler,
        api_latency,
        overall_pass,
    }
}

fn measured(
    rows: &[SloDay],
    figure: impl Fn(&SloDay) -> Option<f64>,
    target: f64,
    holds: impl Fn(f64, f64) -> bool,
) -> Measure {
    let figures: Vec<f64> = rows.iter().filter_map(figure).collect();
    mean(&figures).map_or_else(
        || Measure::not_measured(target),
        |actual| Measure::ok(actual, target, holds(actual, target)),
    )
}

#[expect(clippy::cast_precision_loss, reason = "a count of days")]
fn mean(figures: &[f64]) -> Option<f64> {
    (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
}

impl Measure {
    fn ok(actual: f64, target: f64, pass: bool) -> Self {
        Self {
            pass: Some(pass),
            actual: Some(actual),
            target,
            status: MeasureStatus::Ok,
        }
    }

    fn no_data(target: f64) -> Self {
        Self {
            pass: Some(false),
            actual: None,
            target,
            status: MeasureStatus::NoData,
        }
    }

    fn not_measured(target: f64) -> Self {
        Self {
            pass: None,
            actual: None,
            target,
            status: MeasureStatus::NotMeasured,
        }
    }
}

impl Compliance {
    /// The targets under the names that `slo_violation_total` labels them with.
    pub fn targets(&self) -> [(&'static str, &Measure); 3] {
        [
            ("api_latency", &self.api_latency),
            ("ingest_success_rate", &self.ingest),
            ("scheduler_on_time", &self.scheduler),
        ]
    }
}
