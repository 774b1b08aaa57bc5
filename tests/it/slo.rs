//! Service levels: of rows counted by hand, and of a database whose truth is known.

mod burning;
mod on_a_platform;
mod shown;
mod sources;

use chrono::{Duration, NaiveDate};
use sovani_ops::{
    clock::Clock,
    demo::Platform,
    domain::{
        Awaited, Compliance, Counted, Histogram, Measure, MeasureStatus, SloDay, SloTargets,
        Target, Timestamp, compliance,
    },
    ops::slo::{calculate_slo_compliance, last_days},
};

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram, moment},
    sli,
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const TARGETS: SloTargets = SloTargets {
    api_latency_p95_ms: 1200.0,
    ingest_success_rate_pct: 99.0,
    scheduler_on_time_pct: 98.0,
};

fn counted(total: f64, bad: f64) -> Counted {
    Counted {
        good: total - bad,
        total,
    }
}

/// The program with a fixed clock at noon in Moscow, and that clock. Person 7 is its administrator.
async fn at_noon(database: &TestDatabase) -> (TestProgram, Clock) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = Setup::beside(database).with("ADMIN_USER_IDS", "7");
    (setup.at(&clock).start().await, clock)
}

async fn count(program: &TestProgram, target: Target, at: Timestamp, total: f64, bad: f64) {
    let day = program.cx().settings.get().calendar().today(at);
    let db = &program.cx().db;
    sli::count(db, target, at, day, counted(total, bad)).await;
}

fn october(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

fn with_sales(day: u32) -> SloDay {
    SloDay {
        d: october(day),
        ingest_records: 40,
        ingest_success_rate_pct: Some(100.0),
        scheduler_on_time_pct: None,
        api_latency_p95_ms: None,
    }
}

fn without_sales(day: u32) -> SloDay {
    SloDay {
        ingest_records: 0,
        ingest_success_rate_pct: Some(0.0),
        ..with_sales(day)
    }
}

fn judged(from: u32, to: u32, rows: &[SloDay], last_due: u32) -> Compliance {
    compliance(
        (october(from), october(to)),
        rows,
        &Histogram::default(),
        Some(october(1)),
        october(last_due),
        Awaited::default(),
        &TARGETS,
    )
}

fn actual(measure: &Measure) -> String {
    measure
        .actual
        .map_or_else(|| "-".to_owned(), |figure| format!("{figure:.4}"))
}

#[test]
fn the_ingest_rate_is_the_mean_over_the_days_that_are_due() {
    let all = |days: &[u32]| days.iter().copied().map(with_sales).collect::<Vec<_>>();
    let mut with_a_silent_row = all(&[1, 2, 4]);
    with_a_silent_row.push(without_sales(3));
    // From, to, rows, the last day due; days analysed, days pending, the mean, whether it passes.
    let cases = [
        (
            1,
            7,
            all(&[1, 2, 3, 4, 5, 6, 7]),
            7,
            7,
            0,
            "100.0000",
            Some(true),
        ),
        (
            1,
            7,
            all(&[1, 2, 3, 4, 5, 6]),
            6,
            6,
            1,
            "100.0000",
            Some(true),
        ),
        (1, 7, all(&[1, 2, 3, 4, 5]), 5, 5, 2, "100.0000", Some(true)),
        (
            1,
            7,
            all(&[1, 2, 3, 4, 5, 6]),
            7,
            7,
            0,
            "85.7143",
            Some(false),
        ),
        (1, 7, all(&[1, 2, 3, 5, 6]), 6, 6, 1, "83.3333", Some(false)),
        (1, 4, with_a_silent_row, 4, 4, 0, "75.0000", Some(false)),
        (1, 7, all(&[7]), 5, 6, 1, "16.6667", Some(false)),
        (1, 3, vec![], 3, 3, 0, "0.0000", Some(false)),
        (5, 5, all(&[5]), 5, 1, 0, "100.0000", Some(true)),
        (5, 5, all(&[5]), 3, 1, 0, "100.0000", Some(true)),
        (5, 5, vec![], 5, 1, 0, "0.0000", Some(false)),
        (5, 5, vec![without_sales(5)], 4, 0, 1, "-", None),
    ];
    for (from, to, rows, last_due, analyzed, pending, mean, pass) in cases {
        let found = judged(from, to, &rows, last_due);
        let case = format!("{from} to {to}, due {last_due}: {found:?}");
        assert_eq!(
            (found.days_analyzed, found.days_pending),
            (analyzed, pending),
            "{case}"
        );
        assert_eq!(actual(&found.ingest), mean, "{case}");
        assert_eq!(found.ingest.pass, pass, "{case}");
        assert_eq!(found.overall_pass, pass != Some(false), "{case}");
    }
}

#[test]
fn one_silent_day_in_a_hundred_just_holds_and_one_in_ninety_nine_does_not() {
    let judge = |days: i64| {
        let from = days_ago(days);
        let rows: Vec<_> = (2..=days)
            .map(|age| SloDay {
                d: days_ago(age),
                ..with_sales(1)
            })
            .collect();
        compliance(
            (from, days_ago(1)),
            &rows,
            &Histogram::default(),
            Some(days_ago(500)),
            days_ago(1),
            Awaited::default(),
            &TARGETS,
        )
    };
    assert_eq!(actual(&judge(100).ingest), "99.0000");
    assert!(judge(100).overall_pass);
    assert_eq!(actual(&judge(99).ingest), "98.9899");
    assert!(!judge(99).overall_pass);
}

#[test]
fn days_before_the_first_sale_ever_are_left_out() {
    let judge = |from, to, first, last_due| {
        let rows = [with_sales(first)];
        compliance(
            (october(from), october(to)),
            &rows,
            &Histogram::default(),
            Some(october(first)),
            october(last_due),
            Awaited::default(),
            &TARGETS,
        )
    };
    // From, to, the first sale, the last day due; days analysed, before it, pending, counted from, the mean.
    let cases = [
        (1, 8, 5, 8, (4, 4, 0), Some(5), "25.0000"),
        (1, 8, 8, 8, (1, 7, 0), Some(8), "100.0000"),
        (1, 8, 7, 7, (1, 6, 1), Some(7), "100.0000"),
        (1, 4, 5, 8, (0, 4, 0), None, "-"),
        (6, 8, 5, 8, (3, 0, 0), Some(6), "0.0000"),
        // The first sale is of a day that is not due, and so is the day before.
        (1, 8, 8, 6, (1, 6, 1), Some(8), "100.0000"),
    ];
    for (from, to, first, last_due, counts, counted_from, mean) in cases {
        let found = judge(from, to, first, last_due);
        let case = format!("{from} to {to}, from {first}, due {last_due}: {found:?}");
        let found_counts = (
            found.days_analyzed,
            found.days_before_sales,
            found.days_pending,
        );
        assert_eq!(found_counts, counts, "{case}");
        assert_eq!(found.counted_from, counted_from.map(october), "{case}");
        assert_eq!(actual(&found.ingest), mean, "{case}");
        if mean == "-" {
            assert_eq!(found.ingest.status, MeasureStatus::NotMeasured, "{case}");
            assert!(found.overall_pass, "{case}");
        }
    }
}

#[test]
fn without_any_data_ever_ingestion_has_no_data_and_fails() {
    let found = compliance(
        (october(1), october(7)),
        &[],
        &Histogram::default(),
        None,
        october(6),
        Awaited::default(),
        &TARGETS,
    );

    assert_eq!(
        (found.ingest.status, found.ingest.pass),
        (MeasureStatus::NoData, Some(false))
    );
    assert_eq!(found.ingest.actual, None);
    assert!(!found.overall_pass);
}

#[test]
fn what_nothing_measures_neither_passes_nor_fails() {
    let found = judged(1, 1, &[with_sales(1)], 1);

    for measure in [&found.scheduler, &found.api_latency] {
        assert_eq!(
            (measure.status, measure.pass),
            (MeasureStatus::NotMeasured, None)
        );
        assert_eq!(measure.actual, None);
    }
    assert!(found.overall_pass);
}

#[test]
fn the_scheduler_is_judged_by_its_mean_over_the_days_that_have_a_figure() {
    let day = |day, on_time| SloDay {
        scheduler_on_time_pct: on_time,
        ..with_sales(day)
    };
    // On-time rate of two days; whether it holds.
    let cases = [
        (Some(98.0), None, Some(true)),
        (Some(98.0), Some(97.9), Some(false)),
        (Some(100.0), Some(96.0), Some(true)),
        (None, None, None),
    ];
    for (one, two, on_time) in cases {
        let found = judged(1, 2, &[day(1, one), day(2, two)], 2);
        assert_eq!(found.scheduler.pass, on_time, "{found:?}");
        assert_eq!(found.overall_pass, on_time != Some(false));
    }
}

#[test]
fn the_latency_is_that_of_all_requests_of_the_range_and_no_mean_of_its_days() {
    let requests =
        |buckets: &[(f64, f64)]| Histogram::from_cumulative(buckets.iter().copied()).unwrap();
    let inf = f64::INFINITY;
    let judge = |requests: &Histogram| {
        let range = (october(1), october(2));
        compliance(
            range,
            &[with_sales(1)],
            requests,
            Some(october(1)),
            october(1),
            Awaited::default(),
            &TARGETS,
        )
        .api_latency
    };
    // 1,000 quick requests on one day and 10 slow ones on the next: p95 of the days 0.5 s and 2 s, of both below 1 s.
    let mut both = requests(&[(0.5, 1000.0), (2.0, 1000.0), (inf, 1000.0)]);
    both.merge(&requests(&[(0.5, 0.0), (2.0, 10.0), (inf, 10.0)]));
    // The 959.5th of 1,010 is in the first bucket: 0.5 s * 959.5 / 1000.
    assert_eq!(actual(&judge(&both)), "479.7500");
    assert_eq!(judge(&both).pass, Some(true));

    // The 95th of 100 lies above 1.2 s, which is the highest bound and the target.
    let slower = requests(&[(1.2, 90.0), (inf, 100.0)]);
    assert_eq!(
        (actual(&judge(&slower)).as_str(), judge(&slower).pass),
        ("1200.0000", Some(false))
    );
    let just = requests(&[(1.2, 95.0), (inf, 100.0)]);
    assert_eq!(
        (actual(&judge(&just)).as_str(), judge(&just).pass),
        ("1200.0000", Some(true))
    );
    assert_eq!(
        judge(&Histogram::default()).status,
        MeasureStatus::NotMeasured
    );
}

#[test]
fn the_targets_carry_the_names_of_the_metric() {
    let found = judged(1, 1, &[with_sales(1)], 1);

    let names = found.targets().map(|(target, _)| target.as_str());

    assert_eq!(
        names,
        ["api_latency", "ingest_success_rate", "scheduler_on_time"]
    );
}
