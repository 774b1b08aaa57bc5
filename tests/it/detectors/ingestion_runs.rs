//! The ingestion's success rate, by the jobs' runs.

use chrono::NaiveDate;
use serde_json::json;
use sovani_ops::{
    db::FinishedRun,
    demo::{COLLECT_YESTERDAY, Platform},
    detectors::ingest::{self, Sample},
    domain::{Counted, Status, Target},
};

use super::{
    day, extra,
    ingestion::{NAME, faults, sample},
    on_a_platform::{TODAY, check, check_with},
};
use crate::support::{checks::said, database::TestDatabase, program::moment};

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

/// A healthy platform whose journal is empty.
async fn without_runs(database: &TestDatabase) {
    let platform = Platform::healthy(TODAY).job_runs(vec![]);
    platform.create(database.db()).await.unwrap();
    database.db().migrate().await.unwrap();
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
async fn the_rate_counts_the_ingest_jobs_runs_of_24_hours_in_both_journals(database: TestDatabase) {
    without_runs(&database).await;
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
    without_runs(&database).await;
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
    without_runs(&database).await;
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
    let days = database.slo_days(day("2025-09-19"), day("2025-09-20")).await;
    assert_eq!(
        days.iter()
            .map(|day| day.ingest_success_rate_pct)
            .collect::<Vec<_>>(),
        [Some(100.0); 2]
    );
}

#[each_database]
async fn a_run_of_the_time_to_come_counts_when_it_has_come(database: TestDatabase) {
    without_runs(&database).await;
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
    without_runs(&database).await;
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
