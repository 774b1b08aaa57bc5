//! Jobs that are not on time, each an incident of its own.

use sovani_ops::demo::{COLLECT_YESTERDAY, RECALC_RECENT};

use super::*;
use crate::support::{jobs::JobList, program::ALERT_CHAT};

const SCHEDULER: &str = "check_scheduler_on_time";

/// The check of the ingestion also watches the first of them, unless it is configured otherwise.
async fn two_jobs_in_trouble(database: &TestDatabase) {
    Platform::healthy(TODAY)
        .failed_job(COLLECT_YESTERDAY, TODAY, "Ozon's <key> has expired")
        .late_job(RECALC_RECENT, TODAY, Duration::minutes(25))
        .create(database.db())
        .await
        .unwrap();
}

async fn mend(database: &TestDatabase, job: &str) {
    let again = format!(
        "INSERT INTO job_runs (job_name, started_at, finished_at, status)
         VALUES ('{job}', '2025-10-02 08:00:00', '2025-10-02 08:01:00', 'success')"
    );
    database.execute(again).await;
}

#[each_database]
async fn each_job_is_an_incident_and_ends_for_itself(database: TestDatabase) {
    two_jobs_in_trouble(&database).await;
    let (clock, list) = (noon(), JobList::of_the_platform());
    let mut program = setup(&database)
        .at(&clock)
        .with("OPS_CONFIG", list.setting())
        .with("INGEST_JOBS", "none")
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    assert_eq!(program.sweep().await.alerts_sent, 2);
    everything_is_delivered(&database).await;
    let failed = program
        .hears(
            ALERT_CHAT,
            "Job collect_yesterday_data failed at 02:03: Ozon's <key> has expired",
        )
        .await;
    program
        .hears(
            ALERT_CHAT,
            "Job recalc_recent_metrics started 25 min late (due 03:00, grace 10 min)",
        )
        .await;
    assert_eq!(
        program.said_in(ALERT_CHAT).len(),
        2,
        "the rate is not told beside them"
    );

    mend(&database, COLLECT_YESTERDAY).await;
    time_passes(&database, &clock, Duration::seconds(30)).await;
    assert_eq!(program.sweep().await.alerts_sent, 0);
    everything_is_delivered(&database).await;
    let [.., end] = &program.said_in(ALERT_CHAT)[..] else {
        panic!("an end")
    };
    assert!(
        end.text
            .starts_with("✅ RESOLVED | check_scheduler_on_time"),
        "{end:?}"
    );
    assert_eq!(end.reply_to, Some(failed.id));
    assert_eq!(
        incidents(&database, SCHEDULER).await,
        ["1 failed, 1 told, closed", "2 failed, 1 told, open"]
    );
    program.stop().await;
}

#[each_database]
async fn when_no_job_is_in_trouble_any_more_the_rate_is_told(database: TestDatabase) {
    Platform::healthy(TODAY)
        .failed_job(COLLECT_YESTERDAY, TODAY, "x")
        .create(database.db())
        .await
        .unwrap();
    let (clock, list) = (noon(), JobList::of_the_platform());
    let mut program = setup(&database)
        .at(&clock)
        .with("OPS_CONFIG", list.setting())
        .with("INGEST_JOBS", "none")
        .with("SLO_SCHEDULER_ON_TIME_PCT", "99")
        .start()
        .await;
    program.sweep().await;
    mend(&database, COLLECT_YESTERDAY).await;
    time_passes(&database, &clock, Duration::seconds(30)).await;
    assert_eq!(program.sweep().await.alerts_sent, 1);
    program
        .hears(
            ALERT_CHAT,
            "Scheduler on-time rate 98.0% below SLO 99.0%: collect_yesterday_data 0 of 1",
        )
        .await;
    program.stop().await;
}

#[each_database]
async fn the_action_answers_all_jobs_of_a_sweep_at_once(database: TestDatabase) {
    two_jobs_in_trouble(&database).await;
    let list = JobList::of_the_platform();
    let mut program = Setup::beside(&database)
        .with("OPS_CONFIG", list.setting())
        .with("INGEST_JOBS", "none")
        .with("SCHEDULER_RESTART_CMD", "true")
        .start()
        .await;
    let stats = program.sweep().await;
    assert_eq!((stats.alerts_sent, stats.remediations_triggered), (2, 1));
    program
        .hears(ALERT_CHAT, "remediate_restart_scheduler")
        .await;
    program.stop().await;
}
