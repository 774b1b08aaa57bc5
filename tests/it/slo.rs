//! Service levels: of rows counted by hand, and of a database whose truth is known.

mod burning;
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

fn violations(program: &TestProgram, target: &str) -> u64 {
    program
        .cx()
        .metrics
        .slo_violation_total
        .with_label_values(&[target])
        .get()
}

#[each_database]
async fn a_missing_day_and_an_outage_at_the_end_count_as_nothing_arrived(database: TestDatabase) {
    Platform::healthy(TODAY)
        .missing_day(days_ago(5))
        .stale_ingest(2)
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database).start().await;
    let judge = |from, to| calculate_slo_compliance(program.cx(), days_ago(from), days_ago(to));

    let week = judge(6, 0).await.unwrap();
    assert_eq!((week.days_analyzed, week.days_pending), (6, 1));
    assert_eq!(actual(&week.ingest), "50.0000");
    assert!(!week.overall_pass);

    assert_eq!(actual(&judge(5, 5).await.unwrap().ingest), "0.0000");
    assert_eq!(actual(&judge(4, 3).await.unwrap().ingest), "100.0000");
    assert_eq!(actual(&judge(1, 1).await.unwrap().ingest), "0.0000");
    assert_eq!(judge(0, 0).await.unwrap().days_pending, 1);
}

#[each_database]
async fn a_young_platform_is_judged_from_its_first_sale_on(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let begun = days_ago(10);
    database
        .execute(format!("DELETE FROM daily_sales WHERE d < '{begun}'"))
        .await;
    let (mut program, clock) = at_noon(&database).await;
    // An event of a day before the first sale does not make that day a failure.
    count(
        &program,
        Target::SchedulerOnTime,
        moment("2025-09-10 09:00:00"),
        1.0,
        0.0,
    )
    .await;

    let ninety = program.get("/api/v1/ops/slo/summary?days=90").await.ok();
    assert_eq!(ninety["ingest"]["actual_pct"], 100.0, "{ninety}");
    assert_eq!(ninety["days_analyzed"], 10, "{ninety}");
    assert_eq!(ninety["days_before_sales"], 79, "{ninety}");
    assert_eq!(ninety["counted_from"], begun.to_string(), "{ninety}");
    assert_eq!(ninety["d_from"], days_ago(89).to_string(), "{ninety}");
    let view = "SELECT COUNT(*) FROM vw_slo_daily WHERE ingest_success_rate_pct = 0";
    assert_eq!(database.number(view).await, 0);

    let anna = program.person(7, "Anna");
    let told = program.asks(&anna, 7, "/slo 90").await.text;
    assert!(
        told.contains("10 days, 1 not due yet, counted from the first sale on 22 Sep"),
        "{told}"
    );
    let week = program.get("/api/v1/ops/slo").await.ok();
    assert_eq!(week["counted_from"], days_ago(6).to_string(), "{week}");

    clock.advance(Duration::hours(-10));
    let told = program.asks(&anna, 7, "/slo 1").await.text;
    assert!(
        told.starts_with("➖") && told.contains("➖ Ingest success: not due yet"),
        "{told}"
    );
    program.stop().await;
}

#[each_database]
async fn yesterday_is_pending_until_its_sales_are_due(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(1)
        .create(database.db())
        .await
        .unwrap();
    let clock = Clock::standing_at(moment("2025-10-02 02:59:59"));
    let program = Setup::beside(&database).at(&clock).start().await;
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!((from, to), (days_ago(6), TODAY));

    let before = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();
    clock.advance(Duration::seconds(1));
    let after = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();

    assert_eq!(
        (
            before.days_analyzed,
            before.days_pending,
            before.overall_pass
        ),
        (5, 2, true)
    );
    assert_eq!(
        (after.days_analyzed, after.days_pending, after.overall_pass),
        (6, 1, false)
    );
}

#[each_database]
async fn each_sweep_counts_the_targets_that_the_week_violates(database: TestDatabase) {
    let healthy = Platform::healthy(TODAY);
    healthy.create(database.db()).await.unwrap();
    let program = Setup::beside(&database).start().await;

    program.sweep().await;
    assert_eq!(violations(&program, "ingest_success_rate"), 0);

    sovani_ops::demo::faults::stop_ingest(database.db(), days_ago(1))
        .await
        .unwrap();
    program.sweep().await;
    program.sweep().await;
    assert_eq!(violations(&program, "ingest_success_rate"), 2);
    assert_eq!(
        (
            violations(&program, "scheduler_on_time"),
            violations(&program, "api_latency")
        ),
        (0, 0)
    );
}

#[each_database]
async fn a_database_that_never_had_data_has_no_data_and_fails(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    let (from, to) = last_days(program.cx(), 7);

    let found = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();

    assert_eq!(
        (found.ingest.status, found.overall_pass),
        (MeasureStatus::NoData, false)
    );
}
