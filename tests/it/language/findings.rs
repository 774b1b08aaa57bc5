//! The detectors' findings in both languages, and the figures behind them.

use std::collections::HashMap;

use insta::assert_snapshot;
use serde_json::json;
use sovani_ops::{
    db::{FinishedRun, Unreadable, Value},
    detectors::{
        api_latency, burn, cash_balance, commission_outliers, db_growth,
        ingest::{self, Ingested, Sample},
        scheduler::{self, Judged},
        unreadable,
    },
    domain::{
        BurnPolicy, Counted, ExpectedJob, Fault, Finding, Histogram,
        Lang::{self, En, Ru},
        Money, Objective, Outcome, Rhythm, RunError, Severity, TIERS, Target, Tick, Timestamp,
        Verdict,
    },
    facts::CashBalance,
    views::{details, finding},
};

use super::voice;
use crate::support::checks::{judged, said};

/// Shown only where a finding cannot be worded.
pub const UNWORDED: &str = "unworded";

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn balance(marketplace: &str, roubles: i64) -> CashBalance {
    CashBalance {
        marketplace: marketplace.to_owned(),
        day: day("2025-10-02"),
        balance: Money::from_roubles(roubles),
    }
}

fn sales(records: i64, last_day: Option<&str>) -> Verdict {
    ingestion(records, last_day, &[], &[])
}

fn ingestion(
    records: i64,
    last_day: Option<&str>,
    days: &[(String, chrono::NaiveDate)],
    runs: &[FinishedRun],
) -> Verdict {
    let ingested = Ingested {
        records,
        last_day: last_day.map(day),
    };
    let sample = Sample {
        ingested,
        days,
        left_out: 0,
        runs,
    };
    ingest::judge(&sample, day("2025-10-01"), 99.0)
}

/// Ozon has sold every day until two days before the one that is due.
fn without_ozon() -> Verdict {
    let last = day("2025-09-29");
    let days: Vec<_> = (0..7)
        .map(|age| ("OZON".to_owned(), last - chrono::Days::new(age)))
        .collect();
    ingestion(20, Some("2025-10-01"), &days, &[])
}

fn two_of_three_runs() -> Verdict {
    let runs = [true, true, false].map(|succeeded| FinishedRun {
        at: "2025-10-02 00:00:00".parse().unwrap(),
        succeeded,
    });
    ingestion(40, Some("2025-10-01"), &[], &runs)
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A job of 02:00 in Moscow, whose run of tonight became this.
fn jobs(outcomes: &[Outcome], has_run: bool) -> Verdict {
    let listed: Vec<_> = outcomes
        .iter()
        .zip(1..)
        .map(|(outcome, number)| {
            let job = ExpectedJob {
                name: format!("job_{number}"),
                rhythm: Rhythm::Cron("0 2 * * *".parse().unwrap(), chrono_tz::Europe::Moscow),
                grace: chrono::Duration::minutes(10),
                longest: Some(chrono::Duration::hours(1)),
            };
            let (due, known) = (moment("2025-10-01 23:00:00"), moment("2025-10-01 23:10:00"));
            let known_at = (*outcome != Outcome::Pending).then_some(known);
            (
                job,
                Tick {
                    due,
                    outcome: outcome.clone(),
                    known_at,
                },
            )
        })
        .collect();
    let judged: Vec<_> = listed
        .iter()
        .map(|(job, tick)| Judged {
            job,
            ticks: vec![tick.clone()],
            has_run,
        })
        .collect();
    let now = moment("2025-10-02 09:00:00");
    scheduler::judge(&judged, &[], 98.0, chrono_tz::Europe::Moscow, now)
}

/// Every trouble that a job can be in, and the check as a whole.
fn schedules() -> Vec<Verdict> {
    let started = moment("2025-10-02 07:00:00");
    let failed = |error: Option<&str>| Outcome::Failed {
        at: moment("2025-10-01 23:03:00"),
        error: error.map(|error| RunError::from(error.to_owned())),
        mended: false,
    };
    let troubles = [
        failed(Some("no space left on device")),
        failed(None),
        Outcome::Missed,
        Outcome::TooLong {
            started,
            ended: None,
            kept: false,
        },
        Outcome::TooLong {
            started,
            ended: Some(moment("2025-10-02 08:30:00")),
            kept: false,
        },
        Outcome::Late { started: None },
        Outcome::Late {
            started: Some(moment("2025-10-01 23:25:00")),
        },
        failed(Some("interrupted")),
    ];
    let each = |whole: Verdict| {
        let faults = whole.faults.clone().into_iter().map(|fault| Verdict {
            extras: fault.extras,
            ..Verdict::fail(&fault.key, fault.finding)
        });
        std::iter::once(whole).chain(faults).collect::<Vec<_>>()
    };
    let mut unlisted = jobs(&[Outcome::OnTime], true);
    unlisted
        .extras
        .insert("unknown_jobs".to_owned(), json!(["backup"]));
    [
        vec![unlisted, jobs(&[Outcome::Pending], true)],
        each(jobs(&troubles, true)),
        each(jobs(&[Outcome::Missed], false)),
    ]
    .concat()
}

/// The database has grown by this much a day for half a day.
fn size(mb: i64, a_day: i64) -> Verdict {
    let at = |text: &str| text.parse().unwrap();
    let history = [
        (at("2025-10-01 21:00:00"), (mb << 20) - (a_day << 19)),
        (at("2025-10-02 09:00:00"), mb << 20),
    ];
    db_growth::judge(mb << 20, &history, 5120)
}

fn commissions(rows: i64, outliers: i64) -> Verdict {
    commission_outliers::judge(&commission_outliers::Sample { rows, outliers }, 5)
}

/// Of events and bad events in the period, and in each shorter window.
fn burning(target: Target, objective: f64, events: [(f64, f64); 2]) -> Verdict {
    let policy = BurnPolicy {
        objective: Objective::from_percent(objective),
        period_days: 30,
        tiers: TIERS.to_vec(),
        least_events: 10.0,
    };
    let [period, recent] = events.map(|(total, bad)| Counted {
        good: total - bad,
        total,
    });
    let mut counted: HashMap<_, _> = policy
        .windows()
        .into_iter()
        .map(|window| (window, recent))
        .collect();
    counted.insert(chrono::Duration::days(30), period);
    let spending = policy.judge(&counted).unwrap();
    burn::judge(target, &spending, Verdict::pass("fine"), Severity::Warning)
}

/// Cumulative requests by bucket, and those above.
fn latency(buckets: &[(f64, f64)], above: f64) -> Verdict {
    let all = buckets.last().unwrap().1 + above;
    let buckets = buckets.iter().copied().chain([(f64::INFINITY, all)]);
    api_latency::judge(&Histogram::from_cumulative(buckets).unwrap(), 1200.0)
}

pub fn unreadable_sales() -> Verdict {
    let odd = Unreadable {
        table: "daily_sales".to_owned(),
        column: "d",
        rows: 3,
        first: Value {
            text: Some("soon".to_owned()),
            beside: "sku_id",
            beside_text: None,
        },
    };
    sales(1200, Some("2025-10-02")).and(unreadable::fault(&[odd], Severity::Error))
}

/// A check with more faults than are reported.
pub fn too_many() -> Verdict {
    let faults = (0..1_000).map(|number| Fault::new(&format!("missing:M{number}"), "missing"));
    let verdict = Verdict::faults("many", faults.collect());
    let check = judged("check", Severity::Error, verdict);
    assert_eq!(check.faults().len(), 21);
    assert_eq!(check.standing.as_ref().map(Vec::len), Some(1_001));
    let more = &check.faults()[20];
    Verdict {
        extras: more.extras.clone(),
        ..Verdict::fail("more", more.finding.clone())
    }
}

/// Verdicts on values that cannot be read, and on more faults than can be told.
pub fn beyond() -> [Verdict; 4] {
    let many: Vec<CashBalance> = (0..22)
        .map(|number| balance(&format!("M{number}"), 1))
        .collect();
    let cash = cash_balance::judge(&many.into(), Money::from_roubles(-10_000));
    let sample = Sample {
        ingested: Ingested {
            records: 1,
            last_day: Some(day("2025-10-01")),
        },
        days: &[],
        left_out: 7,
        runs: &[],
    };
    let ingest = ingest::judge(&sample, day("2025-10-01"), 99.0);
    [unreadable_sales(), too_many(), cash, ingest]
}

/// Every judgement that has figures, and the one on nothing at all.
pub fn verdicts() -> Vec<(&'static str, Verdict)> {
    let threshold = Money::from_roubles(-10_000);
    let cash = |balances: &[CashBalance]| cash_balance::judge(&balances.to_vec().into(), threshold);
    let schedules = schedules()
        .into_iter()
        .map(|verdict| ("check_scheduler_on_time", verdict));
    let others = vec![
        (
            "check_api_latency_p95",
            latency(&[(1.0, 90.0), (2.0, 100.0)], 0.0),
        ),
        ("check_api_latency_p95", latency(&[(0.1, 990.0)], 10.0)),
        (
            "check_api_latency_p95",
            latency(&[(1.0, 50.0), (10.0, 90.0)], 10.0),
        ),
        ("check_api_latency_p95", latency(&[(1.0, 90.0)], 10.0)),
        ("check_api_latency_p95", latency(&[(1.0, 1.0)], 0.0)),
        (
            "check_cash_balance_threshold",
            cash(&[balance("OZON", -15_000), balance("WB", 250_000)]),
        ),
        (
            "check_cash_balance_threshold",
            cash(&[balance("OZON", -9000), balance("WB", -8000)]),
        ),
        (
            "check_cash_balance_threshold",
            cash(&[balance("OZON", 1_000_000)]),
        ),
        ("check_cash_balance_threshold", cash(&[])),
        ("check_ingest_success_rate", sales(1200, Some("2025-10-02"))),
        ("check_ingest_success_rate", sales(0, Some("2025-09-28"))),
        ("check_ingest_success_rate", sales(0, None)),
        ("check_commission_outliers", commissions(300, 12)),
        ("check_commission_outliers", commissions(300, 1)),
        ("check_commission_outliers", commissions(0, 0)),
        ("check_ingest_success_rate", without_ozon()),
        ("check_ingest_success_rate", two_of_three_runs()),
        ("check_db_growth", db_growth::judge(5200 << 20, &[], 5120)),
        ("check_db_growth", db_growth::judge(120 << 20, &[], 5120)),
        ("check_db_growth", size(5200, 12)),
        ("check_db_growth", size(5000, 60)),
        (
            "check_ingest_success_rate",
            burning(
                Target::IngestSuccessRate,
                99.0,
                [(1000.0, 2.0), (40.0, 7.0)],
            ),
        ),
        (
            "check_scheduler_on_time",
            burning(Target::SchedulerOnTime, 98.0, [(20.0, 12.0), (20.0, 12.0)]),
        ),
        (
            "check_scheduler_on_time",
            burning(
                Target::SchedulerOnTime,
                100.0,
                [(1500.0, 1.0), (1500.0, 1.0)],
            ),
        ),
    ];
    others.into_iter().chain(schedules).collect()
}

fn shown(lang: Lang, verdict: &Verdict) -> String {
    let voice = voice(lang);
    let lines: Vec<String> = details(&voice, &verdict.finding, &verdict.extras)
        .into_iter()
        .map(sovani_ops::views::Html::into_markup)
        .collect();
    format!(
        "{}\n{}\n",
        finding(&voice, &verdict.finding, UNWORDED),
        lines.join("\n")
    )
}

fn sheet(lang: Lang) -> String {
    let shown: Vec<String> = verdicts()
        .iter()
        .map(|(_, verdict)| shown(lang, verdict))
        .collect();
    shown.join("\n").replace('\u{a0}', "~")
}

#[test]
fn findings_in_english() {
    assert_snapshot!(sheet(En));
}

#[test]
fn findings_in_russian() {
    assert_snapshot!(sheet(Ru));
}

#[test]
fn in_english_people_read_what_programs_read() {
    for (source, verdict) in verdicts() {
        let said = finding(&voice(En), &verdict.finding, UNWORDED);
        let check = judged(source, Severity::Error, verdict);
        assert_eq!(said, check.message);
    }
}

#[test]
fn in_russian_nothing_is_left_in_english() {
    for (_, verdict) in verdicts() {
        let told = said(&verdict.finding);
        let said = finding(&voice(Ru), &verdict.finding, UNWORDED);
        assert!(said != told && said != UNWORDED, "{said}");
    }
}

#[test]
fn a_finding_outlives_being_kept() {
    for (_, verdict) in verdicts() {
        let kept = verdict.finding.to_json().unwrap();
        assert_eq!(Finding::from_json(&kept), Some(verdict.finding), "{kept}");
    }
}
