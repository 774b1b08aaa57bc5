//! Judges the service levels over a range of days; days on which no data arrived count too.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Histogram, Objective, P95, Spending, Target, words};

/// The p95 meets its target if this share of the requests takes no longer than the target.
const REQUESTS_WITHIN_PCT: f64 = 95.0;

#[derive(Clone, Copy, Debug)]
pub struct SloTargets {
    pub api_latency_p95_ms: f64,
    pub ingest_success_rate_pct: f64,
    pub scheduler_on_time_pct: f64,
}

impl SloTargets {
    /// The share of the target's events that must be good.
    pub fn objective(&self, target: Target) -> Objective {
        Objective::from_percent(match target {
            Target::ApiLatency => REQUESTS_WITHIN_PCT,
            Target::IngestSuccessRate => self.ingest_success_rate_pct,
            Target::SchedulerOnTime => self.scheduler_on_time_pct,
        })
    }
}

/// A day's figures, as in a row of `vw_slo_daily`. `None` is "not measured".
#[derive(Clone, Debug, PartialEq)]
pub struct SloDay {
    pub d: NaiveDate,
    pub ingest_records: i64,
    /// Known up to the last day with sales.
    pub ingest_success_rate_pct: Option<f64>,
    pub scheduler_on_time_pct: Option<f64>,
    pub api_latency_p95_ms: Option<f64>,
}

impl SloDay {
    fn without_figures(d: NaiveDate) -> Self {
        Self {
            d,
            ingest_records: 0,
            ingest_success_rate_pct: None,
            scheduler_on_time_pct: None,
            api_latency_p95_ms: None,
        }
    }
}

words! {
    /// Says if there is a figure. `no_data` where what feeds the target gave none, which fails; `not_measured` where nothing is
    /// configured to feed it, or nothing can have come yet
    pub enum MeasureStatus {
        Ok = "ok",
        NoData = "no_data",
        NotMeasured = "not_measured",
    }
}

/// The targets with a configured data source, which must have a figure for the judged days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Awaited {
    pub scheduler: bool,
    pub api_latency: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// `None` when the target is not measured, or no data can have come yet.
    pub pass: Option<bool>,
    pub actual: Option<f64>,
    pub target: f64,
    pub status: MeasureStatus,
    /// The current error budget, independent of the judged range; `None` without events.
    pub spending: Option<Spending>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Compliance {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub days_analyzed: usize,
    /// Days in the range whose data is not due yet and has not come.
    pub days_pending: usize,
    /// Days of the range before the start of the kept history. They are not judged.
    pub days_forgotten: usize,
    /// Days of the range before the first sale ever. They are not judged either.
    pub days_before_sales: usize,
    /// The first judged day: that of the first sale, or the first of the range if there were sales before. `None` without
    /// any.
    pub counted_from: Option<NaiveDate>,
    pub ingest: Measure,
    pub scheduler: Measure,
    pub api_latency: Measure,
    pub overall_pass: bool,
    /// Every day of the range.
    pub days: Vec<SloDay>,
}

/// Judges the days from `from` to `to`, inclusive. `rows` are the days with data; `requests` are those of the whole
/// range, whose p95 is not the mean of the days' p95s. Days before the first sale ever are left out. A target without data
/// fails if data is awaited, and is not measured otherwise.
pub fn compliance(
    (from, to): (NaiveDate, NaiveDate),
    rows: &[SloDay],
    requests: &Histogram,
    first_sale: Option<NaiveDate>,
    last_due_day: NaiveDate,
    awaited: Awaited,
    targets: &SloTargets,
) -> Compliance {
    let days = every_day((from, to), rows, first_sale, last_due_day);
    let ingested: Vec<f64> = days
        .iter()
        .filter_map(|day| day.ingest_success_rate_pct)
        .collect();
    let pending = |day: &&SloDay| day.ingest_records == 0 && day.d > last_due_day;
    let days_pending = days.iter().filter(pending).count();
    let is_before_sales = |day: &&SloDay| first_sale.is_some_and(|first| day.d < first);
    let days_before_sales = days
        .iter()
        .filter(|day| is_before_sales(day) && !pending(day))
        .count();
    let days_analyzed = days.len() - days_pending - days_before_sales;

    // Sales that are due, of a platform that has never sold anything.
    let awaits_sales = first_sale.is_none() && days_analyzed > 0;
    let ingest = measured(
        mean(&ingested),
        targets.ingest_success_rate_pct,
        awaits_sales,
        |actual, target| actual >= target,
    );
    let scheduler = measured(
        mean_of(&days, |day| day.scheduler_on_time_pct),
        targets.scheduler_on_time_pct,
        awaited.scheduler,
        |actual, target| actual >= target,
    );
    let api_latency = latency(requests, targets.api_latency_p95_ms, awaited.api_latency);
    let overall_pass = [&ingest, &scheduler, &api_latency]
        .iter()
        .all(|measure| measure.pass != Some(false));
    Compliance {
        from,
        to,
        days_analyzed,
        days_pending,
        days_forgotten: 0,
        days_before_sales,
        counted_from: first_sale
            .map(|first| first.max(from))
            .filter(|first| *first <= to),
        ingest,
        scheduler,
        api_latency,
        overall_pass,
        days,
    }
}

/// Every day of the range. A day whose data is overdue has 0 %; a day whose data may still come has no figure, and
/// neither has any day before the first data ever.
fn every_day(
    (from, to): (NaiveDate, NaiveDate),
    rows: &[SloDay],
    first_sale: Option<NaiveDate>,
    last_due_day: NaiveDate,
) -> Vec<SloDay> {
    let by_day: HashMap<NaiveDate, &SloDay> = rows.iter().map(|row| (row.d, row)).collect();
    let is_awaited = |d: NaiveDate| d <= last_due_day && first_sale.is_some_and(|first| first <= d);
    let day = |d: NaiveDate| {
        let row = by_day.get(&d);
        let ingested = row.filter(|row| row.ingest_records > 0);
        SloDay {
            d,
            ingest_records: ingested.map_or(0, |row| row.ingest_records),
            ingest_success_rate_pct: match ingested {
                Some(row) => row.ingest_success_rate_pct,
                None => is_awaited(d).then_some(0.0),
            },
            scheduler_on_time_pct: row.and_then(|row| row.scheduler_on_time_pct),
            api_latency_p95_ms: row.and_then(|row| row.api_latency_p95_ms),
        }
    };
    from.iter_days().take_while(|d| *d <= to).map(day).collect()
}

/// Above the highest bucket the p95 is only known to be at least its bound, so a target at that bound is missed.
fn latency(requests: &Histogram, target_ms: f64, awaited: bool) -> Measure {
    let p95 = requests.quantile(P95);
    let above = p95.is_some_and(|p95| p95.at_least);
    measured(
        p95.map(|p95| p95.seconds * 1000.0),
        target_ms,
        awaited,
        |actual, target| actual < target || (actual <= target && !above),
    )
}

fn measured(
    actual: Option<f64>,
    target: f64,
    awaited: bool,
    holds: impl Fn(f64, f64) -> bool,
) -> Measure {
    match actual {
        Some(actual) => Measure::ok(actual, target, holds(actual, target)),
        None if awaited => Measure::no_data(target),
        None => Measure::not_measured(target),
    }
}

fn mean_of(days: &[SloDay], figure: impl Fn(&SloDay) -> Option<f64>) -> Option<f64> {
    let figures: Vec<f64> = days.iter().filter_map(figure).collect();
    mean(&figures)
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
            spending: None,
        }
    }

    fn no_data(target: f64) -> Self {
        Self {
            pass: Some(false),
            actual: None,
            target,
            status: MeasureStatus::NoData,
            spending: None,
        }
    }

    fn not_measured(target: f64) -> Self {
        Self {
            pass: None,
            actual: None,
            target,
            status: MeasureStatus::NotMeasured,
            spending: None,
        }
    }
}

impl Compliance {
    /// Extends the range to earlier days without history: they have no figures and are not counted.
    #[must_use]
    pub fn reaching_back_to(mut self, from: NaiveDate) -> Self {
        let forgotten = from.iter_days().take_while(|d| *d < self.from);
        let days: Vec<_> = forgotten.map(SloDay::without_figures).collect();
        self.days_forgotten = days.len();
        self.days.splice(..0, days);
        self.from = from;
        self
    }

    pub fn targets(&self) -> [(Target, &Measure); 3] {
        [
            (Target::ApiLatency, &self.api_latency),
            (Target::IngestSuccessRate, &self.ingest),
            (Target::SchedulerOnTime, &self.scheduler),
        ]
    }
    pub fn targets_mut(&mut self) -> [(Target, &mut Measure); 3] {
        [
            (Target::ApiLatency, &mut self.api_latency),
            (Target::IngestSuccessRate, &mut self.ingest),
            (Target::SchedulerOnTime, &mut self.scheduler),
        ]
    }
}
