//! The jobs' punctuality: on a platform with known contents, and by heartbeats.

use chrono::Duration;
use serde_json::json;
use sovani_ops::{
    demo::{COLLECT_YESTERDAY, Platform, RECALC_RECENT, REVIEWS_SLA, faults},
    domain::{Check, Counted, Status, Target},
};

use super::{
    day,
    on_a_platform::{TODAY, check, check_with},
};
use crate::support::{database::TestDatabase, jobs::JobList, program::moment};

const NAME: &str = "check_scheduler_on_time";
pub const NOON: &str = "2025-10-02 09:00:00";
const TARGET: Target = Target::SchedulerOnTime;

/// Without the alarm of the error budget.
pub async fn look(database: &TestDatabase, jobs: &JobList, now: &str) -> Check {
    let list = jobs.setting();
    let settings = [("OPS_CONFIG", list.as_str()), ("SLO_BURN_TIERS", "none")];
    check_with(database, NAME, now, settings).await
}

pub async fn noon(database: &TestDatabase) -> Check {
    look(database, &JobList::of_the_platform(), NOON).await
}

fn keys(check: &Check) -> Vec<&str> {
    check
        .faults
        .iter()
        .map(|fault| fault.extras["job"].as_str().unwrap())
        .collect()
}

pub async fn recorded(database: &TestDatabase, first: &str, last: &str) -> Vec<String> {
    let days = database
        .db()
        .counted_by_day(TARGET, day(first), day(last))
        .await
        .unwrap();
    days.iter()
        .map(|(day, Counted { good, total })| format!("{day} {good}/{total}"))
        .collect()
}

#[each_database]
async fn jobs_that_run_as_listed_pass(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let check = noon(&database).await;
    // The run of 12:00 has just started.
    assert_eq!(
        check.message,
        "Scheduler on-time rate 100.0%, SLO 98.0%: 49 of 49 runs in 24 h"
    );
    assert_eq!(check.status, Status::Pass);
    assert!(
        !check.extras.contains_key("unknown_jobs"),
        "{:?}",
        check.extras
    );
}

#[each_database]
async fn a_late_a_failed_and_a_skipped_job_are_faults_of_their_own(database: TestDatabase) {
    Platform::healthy(TODAY)
        .failed_job(COLLECT_YESTERDAY, TODAY, "Ozon's key has expired")
        .late_job(RECALC_RECENT, TODAY, Duration::minutes(25))
        .create(database.db())
        .await
        .unwrap();
    faults::stop_job(database.db(), REVIEWS_SLA, moment("2025-10-02 07:30:00"))
        .await
        .unwrap();
    let check = noon(&database).await;
    assert_eq!(
        keys(&check),
        [COLLECT_YESTERDAY, REVIEWS_SLA, RECALC_RECENT]
    );
    assert_eq!(
        check.message,
        "Scheduler on-time rate 89.7% below SLO 98.0%: \
         Job collect_yesterday_data failed at 02:03: Ozon's key has expired; \
         Job reviews_sla_monitor missed its run of 2025-10-02 11:30; \
         Job recalc_recent_metrics started 25 min late (due 03:00, grace 10 min)"
    );
    assert_eq!(check.extras["on_time_pct"], 89.7);
    assert_eq!(check.extras["target_pct"], 98.0);
}

#[each_database]
async fn a_job_that_did_not_run_at_night_is_missed_when_it_is_due_again(database: TestDatabase) {
    Platform::healthy(TODAY)
        .skipped_job(COLLECT_YESTERDAY, TODAY)
        .create(database.db())
        .await
        .unwrap();
    let check = noon(&database).await;
    assert_eq!(
        check.faults[0].message,
        "Job collect_yesterday_data is 10 h late (due 02:00, grace 10 min)"
    );
    let list = JobList::of("[[job]]\nname = \"collect_yesterday_data\"\ncron = \"0 2 * * *\"");
    let check = look(&database, &list, "2025-10-02 23:01:00").await;
    assert_eq!(
        check.faults[0].message,
        "Job collect_yesterday_data missed its run of 2025-10-02 02:00"
    );
}

#[each_database]
async fn a_job_that_is_stopped_and_resumed_in_the_demo_fails_and_passes(database: TestDatabase) {
    let platform = Platform::healthy(TODAY);
    platform.create(database.db()).await.unwrap();
    let two_hours_ago = moment("2025-10-02 07:00:00");
    faults::stop_job(database.db(), REVIEWS_SLA, two_hours_ago)
        .await
        .unwrap();
    assert_eq!(keys(&noon(&database).await), [REVIEWS_SLA]);
    faults::resume_job(database.db(), &platform, REVIEWS_SLA, two_hours_ago)
        .await
        .unwrap();
    assert_eq!(noon(&database).await.status, Status::Pass);
}

#[each_database]
async fn midnight_may_pass_over_a_platform_whose_jobs_run_tomorrow_too(database: TestDatabase) {
    Platform::healthy(TODAY)
        .running_tomorrow()
        .create(database.db())
        .await
        .unwrap();
    let check = noon(&database).await;
    assert_eq!(
        check.message,
        "Scheduler on-time rate 100.0%, SLO 98.0%: 49 of 49 runs in 24 h"
    );
    assert_eq!(
        recorded(&database, "2025-10-03", "2025-10-04").await,
        [] as [&str; 0]
    );
    for night in [
        "2025-10-02 21:15:00",
        "2025-10-03 00:15:00",
        "2025-10-03 02:45:00",
    ] {
        let check = look(&database, &JobList::of_the_platform(), night).await;
        assert_eq!(check.status, Status::Pass, "{night}: {}", check.message);
    }
}

#[each_database]
async fn unlisted_jobs_are_mentioned_and_this_program_is_not(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    database
        .execute(
            "INSERT INTO job_runs (job_name, started_at, finished_at, status) VALUES
        ('ops_health_check', '2025-10-02 08:55:00', '2025-10-02 08:55:01', 'success'),
        ('long ago', '2025-09-02 08:55:00', '2025-10-02 08:55:01', 'failed')",
        )
        .await;
    let list = JobList::of("[[job]]\nname = \"reviews_sla_monitor\"\nevery = \"30m\"");
    let check = look(&database, &list, NOON).await;
    assert_eq!(check.status, Status::Pass);
    assert_eq!(
        check.extras["unknown_jobs"],
        json!([COLLECT_YESTERDAY, RECALC_RECENT])
    );
    assert!(
        check
            .message
            .ends_with("; not listed: collect_yesterday_data; recalc_recent_metrics"),
        "{}",
        check.message
    );
}

#[each_database]
async fn a_job_that_has_never_run_is_told_as_such(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let list = JobList::of("[[job]]\nname = \"backup\"\ncron = \"0 4 * * *\"");
    let check = look(&database, &list, NOON).await;
    assert_eq!(
        check.faults[0].message,
        "Job backup has never run; it was due 2025-10-02 04:00"
    );
    // Nothing is known of the time before yesterday; whether it was expected then least of all.
    assert_eq!(
        recorded(&database, "2025-08-01", "2025-10-02").await,
        ["2025-10-01 0/1", "2025-10-02 0/1"]
    );
}

#[each_database]
async fn nothing_is_said_of_the_time_before_the_first_run(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    noon(&database).await;
    // The reviews have run since the 1st, the nightly jobs for 40 days.
    assert_eq!(
        recorded(&database, "2025-09-29", "2025-10-02").await,
        [
            "2025-09-29 2/2",
            "2025-09-30 2/2",
            "2025-10-01 50/50",
            "2025-10-02 26/26"
        ]
    );
    assert_eq!(
        recorded(&database, "2025-08-01", "2025-09-02").await,
        ["2025-09-02 2/2"]
    );
}

#[each_database]
async fn jobs_that_tell_of_themselves_are_judged_with_those_that_are_journalled(
    database: TestDatabase,
) {
    database.db().migrate().await.unwrap();
    database.execute("DROP TABLE job_runs").await;
    let list = JobList::of("[[job]]\nname = \"backup\"\nevery = \"1h\"");
    let unmeasured = look(&database, &list, NOON).await;
    assert_eq!(unmeasured.status, Status::NotMeasured);
    assert!(
        unmeasured.message.contains("no job has sent a heartbeat"),
        "{}",
        unmeasured.message
    );

    database
        .execute(
            "INSERT INTO ops_job_runs (job, started_at, finished_at, status, message) VALUES
        ('backup', '2025-10-02 07:00:00', '2025-10-02 07:01:00', 'success', NULL),
        ('backup', '2025-10-02 08:05:00', '2025-10-02 08:06:00', 'failed', 'disk full')",
        )
        .await;
    let check = look(&database, &list, NOON).await;
    assert_eq!(
        check.faults[0].message,
        "Job backup failed at 11:06: disk full"
    );
    database
        .execute(
            "INSERT INTO ops_job_runs (job, started_at, finished_at, status) VALUES
        ('backup', '2025-10-02 08:20:00', '2025-10-02 08:21:00', 'success')",
        )
        .await;
    let check = look(&database, &list, NOON).await;
    assert!(check.faults.is_empty(), "{}", check.message);
}

#[each_database]
async fn other_versions_of_the_journal_are_read_as_well(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    database
        .execute("ALTER TABLE job_runs RENAME COLUMN metadata TO job_metadata")
        .await;
    database.execute("INSERT INTO job_runs (job_name, started_at, finished_at, status) VALUES
        ('a', '2025-10-02 08:00:00', NULL, 'success'), ('b', '2025-10-02 08:00:00', '2025-10-02 08:00:01', 'error'),
        ('c', '2025-10-02 08:00:00', NULL, 'running')").await;
    let each = |job| format!("[[job]]\nname = \"{job}\"\nevery = \"2h\"\nlongest = \"30m\"\n");
    let list = JobList::of(&["a", "b", "c"].map(each).concat());
    let check = look(&database, &list, NOON).await;
    assert_eq!(
        check
            .faults
            .iter()
            .map(|fault| fault.message.as_str())
            .collect::<Vec<_>>(),
        [
            "Job b failed at 11:00",
            "Job c has been running for 1 h, longest 30 min"
        ]
    );
}

#[each_database]
async fn without_a_list_nothing_is_measured(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let check = check(&database, NAME).await;
    assert_eq!(check.status, Status::NotMeasured);
    assert_eq!(
        check.message,
        "Scheduler on-time rate is not measured: no jobs are listed in sovani-ops.toml"
    );
}
