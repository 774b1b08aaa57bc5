//! Checks that the marketplaces' sales keep arriving.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Duration, NaiveDate};

use super::{
    Detector, Scene,
    recording::{record, recorded_from},
};
use crate::{
    db::{Column, FinishedRun, Holds, JOB_RUNS, Relation},
    domain::{Arg, Counted, Fault, Severity, Status, Target, Verdict},
};

const TARGET: Target = Target::IngestSuccessRate;
/// How far back the success rate looks.
const RATE_OVER: Duration = Duration::hours(24);
/// A marketplace that sold on this many days in a row, up to its last one, sells every day.
const REGULAR_DAYS: u64 = 7;
/// A marketplace that has been silent for longer has been given up, after weeks of alerts.
const GIVEN_UP_DAYS: u64 = 30;

pub const DETECTOR: Detector = Detector {
    name: "check_ingest_success_rate",
    severity: Severity::Error,
    target: Some(TARGET),
    reads: &[
        Relation {
            name: "daily_sales",
            columns: &[
                Column::ordered("d", Holds::Day, "sku_id"),
                Column::anything("sku_id"),
            ],
        },
        Relation {
            name: "sku",
            columns: &[
                Column::anything("id"),
                Column::small("marketplace", Holds::Name, "id"),
            ],
        },
    ],
    also_reads: &[JOB_RUNS],
    thresholds: &[],
    runbook: include_str!("../../runbooks/check_ingest_success_rate.md"),
    run: |scene| Box::pin(run(scene)),
};

/// The sales that have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// The newest day with sales, today at the latest.
    pub last_day: Option<NaiveDate>,
    /// The rows of the day that is due and of later ones.
    pub records: i64,
}

/// The input of the judgement.
pub struct Sample<'a> {
    pub ingested: Ingested,
    /// The days on which each marketplace sold something, as far back as that matters.
    pub days: &'a [(String, NaiveDate)],
    /// How many marketplaces are not among them, because there are more than are looked at.
    pub left_out: i64,
    /// The ingest jobs' runs of the last 24 hours.
    pub runs: &'a [FinishedRun],
}

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let scene = scene.at_the_latest().await?;
    let Scene {
        db, settings, now, ..
    } = scene;
    let calendar = settings.calendar();
    let due = calendar.last_due_day(now);
    let today = calendar.today(now);
    let facts = scene.facts();
    let first = due - Days::new(GIVEN_UP_DAYS + REGULAR_DAYS);
    let sales = facts.sales((first, today)).await?;
    let ingested = Ingested {
        last_day: match sales.newest() {
            Some(day) => Some(day),
            None => facts.newest_sale().await?,
        },
        records: sales.rows_since(due),
    };
    let from = recorded_from(scene, TARGET).await?;
    let journalled = scene.has(JOB_RUNS.name).await?;
    let mut runs = db
        .finished_runs(&settings.ingest_jobs, from, now, journalled)
        .await?;
    let events = runs.iter().map(|run| (run.at, counted(*run)));
    record(scene, TARGET, from, events).await;
    runs.retain(|run| run.at > now - RATE_OVER);
    let sample = Sample {
        ingested,
        days: &sales.selling_days(),
        left_out: sales.left_out,
        runs: &runs,
    };
    Ok(judge(&sample, due, settings.slo_ingest_success_rate_pct))
}

fn counted(run: FinishedRun) -> Counted {
    Counted {
        good: f64::from(u8::from(run.succeeded)),
        total: 1.0,
    }
}

/// Fails when neither the newest day that is due nor a later one has sales, when a marketplace that sells every day has
/// none, and when too many of the jobs' runs fail.
pub fn judge(sample: &Sample<'_>, due: NaiveDate, target_pct: f64) -> Verdict {
    let Sample {
        ingested,
        days,
        left_out,
        runs,
    } = sample;
    let counted: Counted = runs.iter().map(|run| counted(*run)).sum();
    let rate = (counted.total > 0.0).then(|| 100.0 * counted.good / counted.total);
    let mut verdict = arrival(*ingested, due)
        .figure("success_rate_pct", rate.map(Arg::Percent))
        .figure("target_pct", rate.map(|_| Arg::Percent(target_pct)));
    if *left_out > 0 {
        verdict = verdict.figure("marketplaces_left_out", Arg::Count(*left_out));
    }
    let missing = missing(days, due);
    if verdict.status == Status::Fail {
        verdict.also_standing = missing.keys().map(|name| missing_key(name)).collect();
    } else {
        for (marketplace, last) in &missing {
            verdict = verdict.and(missing_fault(marketplace, *last, due));
        }
    }
    match rate {
        Some(rate) if rate < target_pct => {
            verdict.and(rate_fault(rate, target_pct, ingested.records))
        }
        _ => verdict,
    }
}

fn arrival(ingested: Ingested, due: NaiveDate) -> Verdict {
    let Ingested { last_day, records } = ingested;
    let verdict = match last_day {
        Some(_) if records > 0 => Verdict::pass("finding-ingest-arrives"),
        Some(_) => Verdict::fail("no_sales", "finding-ingest-none"),
        None => Verdict::fail("no_sales", "finding-ingest-never"),
    };
    verdict
        .figure("last_date", last_day.map(Arg::Day))
        .figure("records", Arg::Count(records))
        .figure("due_date", Arg::Day(due))
}

/// The marketplaces that sold every day up to their last one and have no sales for the day that is due, with that last
/// day.
fn missing(days: &[(String, NaiveDate)], due: NaiveDate) -> BTreeMap<&str, NaiveDate> {
    let mut by_marketplace: BTreeMap<&str, BTreeSet<NaiveDate>> = BTreeMap::new();
    for (marketplace, day) in days {
        by_marketplace.entry(marketplace).or_default().insert(*day);
    }
    by_marketplace
        .into_iter()
        .filter_map(|(marketplace, days)| {
            let last = *days.last()?;
            let regular = (0..REGULAR_DAYS).all(|age| days.contains(&(last - Days::new(age))));
            let silent = last < due && due - Days::new(GIVEN_UP_DAYS) <= last;
            (regular && silent).then_some((marketplace, last))
        })
        .collect()
}

fn missing_key(marketplace: &str) -> String {
    format!("missing:{marketplace}")
}

fn missing_fault(marketplace: &str, last: NaiveDate, due: NaiveDate) -> Fault {
    Fault::new(&missing_key(marketplace), "finding-ingest-missing")
        .figure("marketplace", Arg::Text(marketplace.to_owned()))
        .figure("last_date", Arg::Day(last))
        .figure("due_date", Arg::Day(due))
}

fn rate_fault(rate: f64, target_pct: f64, records: i64) -> Fault {
    Fault::new("success_rate", "finding-ingest-rate")
        .figure("success_rate_pct", Arg::Percent(rate))
        .figure("target_pct", Arg::Percent(target_pct))
        .figure("records_24h", Arg::Count(records))
}
