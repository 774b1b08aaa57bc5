//! The ingestion: of all marketplaces, of each, and by the jobs' runs.

use chrono::{Days, Duration, NaiveDate};
use serde_json::json;
use sovani_ops::{
    db::FinishedRun,
    demo::{COLLECT_YESTERDAY, Marketplace, Platform},
    detectors::ingest::{self, Ingested, Sample},
    domain::{Check, Counted, Status, Target, Timestamp, Verdict},
};

use super::{
    day, extra,
    on_a_platform::{TODAY, check, check_with},
};
use crate::support::{checks::said, database::TestDatabase, program::moment};

const NAME: &str = "check_ingest_success_rate";

fn sample(last: Option<&str>, records: i64) -> Sample<'static> {
    Sample {
        ingested: Ingested {
            last_day: last.map(day),
            records,
        },
        days: &[],
        left_out: 0,
        runs: &[],
    }
}

#[test]
fn ingestion_fails_when_the_due_day_and_all_later_ones_are_empty() {
    let due = day("2025-10-01");
    let cases = [
        (
            Some("2025-10-01"),
            40,
            Status::Pass,
            "40 sales records since 2025-10-01, the newest of 2025-10-01",
        ),
        (
            Some("2025-10-02"),
            1,
            Status::Pass,
            "1 sales records since 2025-10-01, the newest of 2025-10-02",
        ),
        (
            Some("2025-09-30"),
            0,
            Status::Fail,
            "No sales data ingested since 2025-09-30",
        ),
        (
            Some("2025-06-01"),
            0,
            Status::Fail,
            "No sales data ingested since 2025-06-01",
        ),
        (
            None,
            0,
            Status::Fail,
            "No sales data ingested since the database was made: daily_sales is empty",
        ),
    ];
    for (last, records, status, message) in cases {
        let sample = sample(last, records);
        let verdict = ingest::judge(&sample, due, 99.0);
        assert_eq!(
            (verdict.status, said(&verdict.finding).as_str()),
            (status, message)
        );
        assert_eq!(extra(&verdict, "last_date"), json!(last));
        assert_eq!(extra(&verdict, "records"), records);
        if status == Status::Fail {
            assert_eq!(verdict.key, "no_sales");
        }
    }
}

/// The days of a marketplace: this many in a row up to `until`.
fn sold(marketplace: &str, until: NaiveDate, days: u64) -> Vec<(String, NaiveDate)> {
    (0..days)
        .rev()
        .map(|age| (marketplace.to_owned(), until - Days::new(age)))
        .collect()
}

#[test]
fn a_marketplace_that_sold_every_day_is_missed_by_name() {
    let due = day("2025-10-01");
    // Ozon's last day before the due one, for how many days in a row it sold, and whether it is missed.
    let cases = [
        (0, 7, false),
        (1, 7, true),
        (1, 6, false),
        (2, 30, true),
        (30, 7, true),
        (31, 7, false),
    ];
    for (age, days, is_missed) in cases {
        let mut all = sold("OZON", due - Days::new(age), days);
        all.extend(sold("WB", due, 7));
        let sample = Sample {
            days: &all,
            ..sample(Some("2025-10-01"), 20)
        };
        let verdict = ingest::judge(&sample, due, 99.0);
        let last = due - Days::new(age);
        let message = format!("No OZON sales data ingested since {last}");
        assert_eq!(
            said(&verdict.finding) == message,
            is_missed,
            "{age}: {verdict:?}"
        );
        assert_eq!(
            verdict.key == "missing:OZON",
            is_missed,
            "{age}: {verdict:?}"
        );
        assert_eq!(
            verdict.status == Status::Fail,
            is_missed,
            "{age}: {verdict:?}"
        );
    }
}

#[test]
fn a_marketplace_with_a_gap_among_its_last_days_is_not_missed() {
    let due = day("2025-10-01");
    let mut days = sold("OZON", day("2025-09-30"), 10);
    days.retain(|(_, sold)| *sold != day("2025-09-26"));
    let sample = Sample {
        days: &days,
        ..sample(Some("2025-10-01"), 20)
    };

    assert_eq!(ingest::judge(&sample, due, 99.0).status, Status::Pass);
}

#[test]
fn two_missing_marketplaces_are_two_faults_and_none_of_them_is_told_when_nothing_arrives_at_all() {
    let due = day("2025-10-01");
    let mut days = sold("OZON", day("2025-09-30"), 7);
    days.extend(sold("WB", day("2025-09-29"), 7));
    let partly = Sample {
        days: &days,
        ..sample(Some("2025-10-01"), 3)
    };
    let keys = |verdict: &Verdict| -> Vec<String> {
        verdict
            .faults
            .iter()
            .map(|fault| fault.key.clone())
            .collect()
    };

    assert_eq!(
        keys(&ingest::judge(&partly, due, 99.0)),
        ["missing:OZON", "missing:WB"]
    );

    let outage = Sample {
        days: &days,
        ..sample(Some("2025-09-30"), 0)
    };
    let verdict = ingest::judge(&outage, due, 99.0);
    assert_eq!(verdict.key, "no_sales");
    assert!(verdict.faults.is_empty());
    assert_eq!(verdict.also_standing, ["missing:OZON", "missing:WB"]);
}

fn runs(succeeded: usize, failed: usize) -> Vec<FinishedRun> {
    let outcomes = [true]
        .repeat(succeeded)
        .into_iter()
        .chain([false].repeat(failed));
    outcomes
        .map(|succeeded| FinishedRun {
            at: moment("2025-10-02 00:00:00"),
            succeeded,
        })
        .collect()
}

#[test]
fn the_rate_is_that_of_the_runs_that_ended() {
    // Succeeded, failed, target; the message, if it fails.
    let cases = [
        (0, 0, 99.0, None),
        (1, 0, 100.0, None),
        (99, 1, 99.0, None),
        (
            35,
            1,
            99.0,
            Some("Ingest success rate 97.2% below SLO 99.0%"),
        ),
        (0, 2, 50.0, Some("Ingest success rate 0.0% below SLO 50.0%")),
        (1, 1, 50.0, None),
    ];
    for (succeeded, failed, target, message) in cases {
        let runs = runs(succeeded, failed);
        let sample = Sample {
            runs: &runs,
            ..sample(Some("2025-10-01"), 40)
        };
        let verdict = ingest::judge(&sample, day("2025-10-01"), target);
        assert_eq!(
            verdict.status == Status::Fail,
            message.is_some(),
            "{verdict:?}"
        );
        if let Some(message) = message {
            assert_eq!(
                (said(&verdict.finding).as_str(), verdict.key.as_str()),
                (message, "success_rate")
            );
            assert_eq!(extra(&verdict, "target_pct"), target);
            assert_eq!(extra(&verdict, "records_24h"), 40);
        }
        let measured = extra(&verdict, "success_rate_pct").as_f64();
        assert_eq!(measured.is_some(), succeeded + failed > 0, "{verdict:?}");
    }
}

fn faults(check: &Check) -> Vec<&str> {
    check
        .faults()
        .iter()
        .map(|fault| fault.message.as_str())
        .collect()
}

async fn ran(database: &TestDatabase, job: &str, finished: &str, status: &str) {
    database
        .execute(format!(
            "INSERT INTO job_runs (job_name, started_at, finished_at, status)
             VALUES ('{job}', '2025-10-01 22:00:00', '{finished}', '{status}')"
        ))
        .await;
}

async fn counted(database: &TestDatabase) -> Vec<(NaiveDate, Counted)> {
    let (from, to) = (day("2025-08-01"), TODAY);
    let target = Target::IngestSuccessRate;
    database
        .db()
        .counted_by_day(target, from, to)
        .await
        .unwrap()
}

#[each_database]
async fn a_silent_marketplace_is_missed_while_the_other_sells(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let sold_by = |marketplace: Marketplace| {
        format!("sku_id IN (SELECT id FROM sku WHERE marketplace = '{marketplace}')")
    };
    database
        .execute(format!(
            "DELETE FROM daily_sales WHERE d > '2025-09-29' AND {}",
            sold_by(Marketplace::Ozon)
        ))
        .await;

    let found = check(&database, NAME).await;
    assert_eq!(
        faults(&found),
        ["No OZON sales data ingested since 2025-09-29"]
    );
    assert_eq!(found.extras["marketplace"], "OZON");

    database
        .execute(format!(
            "DELETE FROM daily_sales WHERE d > '2025-09-29' AND {}",
            sold_by(Marketplace::Wb)
        ))
        .await;
    assert_eq!(
        faults(&check(&database, NAME).await),
        ["No sales data ingested since 2025-09-29"]
    );
}

#[each_database]
async fn the_rate_counts_the_ingest_jobs_runs_of_24_hours_in_both_journals(database: TestDatabase) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    assert_eq!(
        check(&database, NAME).await.extras["success_rate_pct"],
        json!(null)
    );
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-01 09:00:00",
        "failed",
    )
    .await;
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-01 09:00:00.000001",
        "success",
    )
    .await;
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-02 08:00:00",
        "success",
    )
    .await;
    ran(&database, "another_job", "2025-10-02 08:00:00", "failed").await;
    assert_eq!(
        check(&database, NAME).await.extras["success_rate_pct"],
        100.0
    );

    database
        .execute(
            "INSERT INTO ops_job_runs (job, started_at, finished_at, status)
        VALUES ('collect_ozon', '2025-10-02 08:00:00', '2025-10-02 08:30:00', 'failed'),
               ('collect_ozon', '2025-10-02 08:31:00', NULL, 'running')",
        )
        .await;
    let jobs = [("INGEST_JOBS", "collect_yesterday_data,collect_ozon")];
    let found = check_with(&database, NAME, "2025-10-02 09:00:00", jobs).await;
    assert_eq!(
        faults(&found),
        ["Ingest success rate 66.7% below SLO 99.0%"]
    );
}

#[each_database]
async fn a_run_that_is_neither_under_way_nor_a_success_has_failed(database: TestDatabase) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    database.execute("DROP TABLE job_runs").await;
    database.execute("CREATE TABLE job_runs (id INTEGER, job_name VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP,
        status VARCHAR, error_message TEXT)").await;
    for (finished, status) in [
        ("'2025-10-02 06:10:00'", "'error'"),
        ("'2025-10-02 06:20:00'", "'timeout'"),
        ("'2025-10-02 06:30:00'", "NULL"),
        ("NULL", "'failed'"),
        ("NULL", "'success'"),
        ("NULL", "'running'"),
    ] {
        database
            .execute(format!(
                "INSERT INTO job_runs (job_name, started_at, finished_at, status)
            VALUES ('{COLLECT_YESTERDAY}', '2025-10-02 06:00:00', {finished}, {status})"
            ))
            .await;
    }

    for _ in 0..2 {
        let found = check(&database, NAME).await;
        assert_eq!(
            faults(&found),
            ["Ingest success rate 20.0% below SLO 99.0%"]
        );
    }

    assert_eq!(
        counted(&database).await,
        [(
            TODAY,
            Counted {
                good: 1.0,
                total: 5.0
            }
        )]
    );
    let history = database
        .db()
        .job_history(COLLECT_YESTERDAY, moment("2025-10-02 00:00:00"), true)
        .await
        .unwrap();
    let ends = history.iter().filter_map(|run| run.end.as_ref());
    assert_eq!(ends.filter(|end| !end.success).count(), 4);
}

#[each_database]
async fn the_runs_are_events_of_the_service_level_of_their_days_in_moscow(database: TestDatabase) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    for (finished, status) in [
        ("2025-07-01 23:00:00", "failed"),
        ("2025-09-20 20:59:59", "success"),
        ("2025-09-20 21:00:00", "success"),
        ("2025-10-01 23:10:00", "failed"),
        ("2025-10-01 23:40:00", "success"),
    ] {
        ran(&database, COLLECT_YESTERDAY, finished, status).await;
    }

    for _ in 0..2 {
        check(&database, NAME).await;
    }

    let one = |good, total| Counted { good, total };
    assert_eq!(
        counted(&database).await,
        [
            (day("2025-09-20"), one(1.0, 1.0)),
            (day("2025-09-21"), one(1.0, 1.0)),
            (day("2025-10-02"), one(1.0, 2.0)),
        ]
    );
    let days = database
        .db()
        .slo_days(day("2025-09-19"), day("2025-09-20"))
        .await
        .unwrap();
    assert_eq!(
        days.iter()
            .map(|day| day.ingest_success_rate_pct)
            .collect::<Vec<_>>(),
        [Some(100.0); 2]
    );
}

#[each_database]
async fn a_run_of_the_time_to_come_counts_when_it_has_come(database: TestDatabase) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-02 08:00:00",
        "success",
    )
    .await;
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-02 09:00:00.000001",
        "failed",
    )
    .await;

    let found = check_with(&database, NAME, "2025-10-02 09:00:00", []).await;
    assert_eq!(found.extras["success_rate_pct"], 100.0);
    assert_eq!(
        counted(&database).await,
        [(
            TODAY,
            Counted {
                good: 1.0,
                total: 1.0
            }
        )]
    );

    let found = check_with(&database, NAME, "2025-10-02 09:00:01", []).await;
    assert_eq!(
        faults(&found),
        ["Ingest success rate 50.0% below SLO 99.0%"]
    );
    assert_eq!(
        counted(&database).await,
        [(
            TODAY,
            Counted {
                good: 1.0,
                total: 2.0
            }
        )]
    );
}

#[each_database]
async fn a_run_that_is_found_late_counts_and_one_that_is_gone_does_not(database: TestDatabase) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-01 23:10:00",
        "failed",
    )
    .await;
    check(&database, NAME).await;

    database
        .execute("DELETE FROM job_runs WHERE status = 'failed'")
        .await;
    ran(
        &database,
        COLLECT_YESTERDAY,
        "2025-10-01 23:05:00",
        "success",
    )
    .await;
    check(&database, NAME).await;

    assert_eq!(
        counted(&database).await,
        [(
            TODAY,
            Counted {
                good: 1.0,
                total: 1.0
            }
        )]
    );
}

#[test]
fn a_day_begins_at_its_midnight_and_where_there_is_none_after_the_gap() {
    let calendar = |zone: &str| sovani_ops::domain::Calendar {
        zone: zone.parse().unwrap(),
        ingest_due: chrono::NaiveTime::MIN,
    };
    let cases: [(&str, &str, &str); 5] = [
        ("Europe/Moscow", "2025-10-02", "2025-10-01 21:00:00"),
        ("Europe/Berlin", "2025-03-30", "2025-03-29 23:00:00"),
        // Midnight is skipped.
        ("Asia/Beirut", "2025-03-30", "2025-03-29 22:00:00"),
        // Midnight comes twice.
        ("America/Havana", "2025-11-02", "2025-11-02 04:00:00"),
        // The whole day is skipped.
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00:00"),
    ];
    for (zone, of, begins) in cases {
        let start: Timestamp = calendar(zone).start_of(day(of));
        assert_eq!(start, moment(begins), "{zone} {of}");
        assert!(
            calendar(zone).today(start - Duration::seconds(1)) < day(of),
            "{zone}"
        );
    }
}
