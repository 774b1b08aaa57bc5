//! The health check by the clock, in real time.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use serde_json::{Value, json};
use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::Money,
    jobs::Pace,
};

use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, MetricsPage},
    program::{Setup, TestProgram},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(40);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[test]
fn a_sweep_has_failed_to_come_after_two_intervals() {
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let pace = Pace::new(Duration::from_secs(300));
    let patience = |seconds| pace.patience(at(seconds)).map(|wait| wait.as_secs());
    assert_eq!(patience(0), None, "the first is due at once");
    for seconds in [0, 300, 601] {
        pace.beat(at(seconds));
    }
    assert_eq!(patience(601), Some(600));
    assert_eq!(patience(1200), Some(1));
    assert_eq!(patience(1201), None);
}

async fn runs(database: &TestDatabase, status: &str) -> i64 {
    database
        .number(format!(
            "SELECT COUNT(*) FROM job_runs WHERE job_name = 'ops_health_check' AND status = '{status}'"
        ))
        .await
}

/// Watches until this many runs have succeeded, and returns the largest number seen at once.
async fn most_at_once(database: &TestDatabase, until_successful: i64) -> i64 {
    let began = Instant::now();
    let mut most = 0;
    while runs(database, "success").await < until_successful {
        assert!(began.elapsed() < SOON, "the sweeps do not come");
        most = most.max(runs(database, "running").await);
        tokio::time::sleep(LOOK_EVERY).await;
    }
    most
}

fn every_second(database: &TestDatabase) -> Setup {
    Setup::beside(database)
        .with("OPS_CHECK_START_DELAY_SEC", "0")
        .with("OPS_CHECK_INTERVAL_SEC", "1")
}

/// A sweep takes a second and a half when one check waits for this page. Nothing is busy meanwhile.
async fn never_answers() -> MetricsPage {
    let page = MetricsPage::start("").await;
    page.behaves(Manner::Silence);
    page
}

fn slowly(setup: Setup, page: &MetricsPage) -> Setup {
    setup
        .with("API_METRICS_URL", page.url())
        .with("DETECTOR_TIMEOUT_SEC", "2")
}

async fn stopped(mut program: TestProgram) {
    program.stop().await;
}

#[each_database]
async fn sweeps_come_at_their_interval_and_leave_their_counts_in_the_journal(
    database: TestDatabase,
) {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let program = every_second(&database).start().await;

    most_at_once(&database, 3).await;
    stopped(program).await;

    let counts = database
        .texts(if database.is_postgres() {
            "SELECT metadata::text FROM job_runs WHERE job_name = 'ops_health_check' AND status = 'success' ORDER BY id"
        } else {
            "SELECT metadata FROM job_runs WHERE job_name = 'ops_health_check' AND status = 'success' ORDER BY id"
        })
        .await;
    let counts: Vec<Value> = counts
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    assert_eq!(
        counts[0],
        json!({"total": 6, "passed": 3, "failed": 1, "alerts_sent": 1, "remediations_triggered": 1})
    );
    assert_eq!(
        counts[1],
        json!({"total": 6, "passed": 3, "failed": 1, "alerts_sent": 0, "remediations_triggered": 0})
    );
    let whole =
        "SELECT COUNT(*) FROM job_runs WHERE job_name = 'ops_health_check' AND status = 'success'
        AND finished_at IS NOT NULL AND duration_seconds >= 0 AND error_message IS NULL";
    assert_eq!(
        database.number(whole).await,
        i64::try_from(counts.len()).unwrap()
    );
    assert_eq!(runs(&database, "running").await, 0);
}

#[each_database]
async fn a_sweep_that_takes_longer_than_the_interval_does_not_overlap_itself(
    database: TestDatabase,
) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let page = never_answers().await;
    let program = slowly(every_second(&database), &page).start().await;

    let most = most_at_once(&database, 3).await;
    stopped(program).await;

    assert_eq!(most, 1);
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM job_runs WHERE error_message = 'interrupted'")
            .await,
        0
    );
}

#[each_database]
async fn a_sweep_under_way_is_finished_before_the_program_stops(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let page = never_answers().await;
    let program = slowly(every_second(&database), &page).start().await;
    let began = Instant::now();
    while runs(&database, "running").await == 0 {
        assert!(began.elapsed() < SOON, "no sweep has begun");
        tokio::time::sleep(LOOK_EVERY).await;
    }

    stopped(program).await;

    assert_eq!(runs(&database, "running").await, 0);
    assert!(runs(&database, "success").await >= 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_leases").await, 0);
}

#[each_database]
async fn a_run_that_a_killed_process_left_is_journalled_as_failed(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    database
        .execute(
            "INSERT INTO job_runs (job_name, started_at, status) VALUES
        ('ops_health_check', '2025-10-02 08:07:00.000000', 'running'),
        ('collect_yesterday_data', '2025-10-02 08:07:00.000000', 'running')",
        )
        .await;
    let program = Setup::beside(&database).start().await;

    program.sweep().await;

    assert_eq!(
        database.texts("SELECT job_name || ' ' || status || ' ' || COALESCE(error_message, '-') FROM job_runs
            WHERE started_at = '2025-10-02 08:07:00.000000' ORDER BY id").await,
        ["ops_health_check failed interrupted", "collect_yesterday_data running -"]
    );
}

#[each_database]
async fn no_sweep_comes_before_the_start_delay_has_passed(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let began = Instant::now();
    let program = Setup::beside(&database)
        .at(&Clock::system())
        .with("OPS_CHECK_START_DELAY_SEC", "2")
        .with("OPS_CHECK_INTERVAL_SEC", "1")
        .start()
        .await;

    most_at_once(&database, 1).await;

    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    stopped(program).await;
}

#[tokio::test]
async fn two_programs_on_one_database_do_not_sweep_at_once() {
    crate::support::database::on_postgres(|database| async move {
        Platform::healthy(TODAY)
            .create(database.db())
            .await
            .unwrap();
        let page = never_answers().await;
        let one = slowly(every_second(&database), &page).start().await;
        let two = slowly(every_second(&database), &page).start().await;

        let most = most_at_once(&database, 4).await;
        stopped(one).await;
        stopped(two).await;

        assert_eq!(most, 1);
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM job_runs WHERE error_message = 'interrupted'")
                .await,
            0
        );
    })
    .await;
}
