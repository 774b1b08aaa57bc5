//! The jobs' punctuality as events of the service level.

use sovani_ops::demo::{COLLECT_YESTERDAY, Platform};

use super::{
    day,
    on_a_platform::TODAY,
    schedules::{NOON, look, noon, recorded},
};
use crate::support::{database::TestDatabase, jobs::JobList};

#[each_database]
async fn records_are_corrected_for_two_days_and_then_stay(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let list = JobList::of("[[job]]\nname = \"collect_yesterday_data\"\ncron = \"0 2 * * *\"");
    look(&database, &list, NOON).await;
    look(&database, &list, NOON).await;
    let all = || recorded(&database, "2025-09-29", "2025-10-04");
    assert_eq!(
        all().await,
        [
            "2025-09-29 1/1",
            "2025-09-30 1/1",
            "2025-10-01 1/1",
            "2025-10-02 1/1"
        ]
    );
    // Old rows that the platform deletes or rewrites make no difference.
    database
        .execute("DELETE FROM job_runs WHERE started_at < '2025-09-30 12:00:00'")
        .await;
    database
        .execute("UPDATE job_runs SET status = 'failed' WHERE job_name = 'collect_yesterday_data'")
        .await;
    look(&database, &list, NOON).await;
    assert_eq!(
        all().await,
        [
            "2025-09-29 1/1",
            "2025-09-30 1/1",
            "2025-10-01 0/1",
            "2025-10-02 0/1"
        ]
    );
    // After two days of standing still, what came since is made up for.
    look(&database, &list, "2025-10-04 09:00:00").await;
    assert_eq!(
        all().await[2..],
        [
            "2025-10-01 0/1",
            "2025-10-02 0/1",
            "2025-10-03 0/1",
            "2025-10-04 0/1"
        ]
    );
}

#[each_database]
async fn the_days_of_the_service_level_show_the_recorded_events(database: TestDatabase) {
    Platform::healthy(TODAY)
        .failed_job(COLLECT_YESTERDAY, day("2025-09-30"), "x")
        .create(database.db())
        .await
        .unwrap();
    noon(&database).await;
    let days = database.slo_days(day("2025-09-29"), day("2025-09-30")).await;
    let figures: Vec<_> = days.iter().map(|day| day.scheduler_on_time_pct).collect();
    assert_eq!(figures, [Some(100.0), Some(50.0)]);
}

#[each_database]
async fn a_job_that_is_killed_every_night_is_told_and_counted_once_a_night(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    // At two in Moscow; the third night's run is under way.
    database.execute("INSERT INTO job_runs (job_name, started_at, status) VALUES
        ('nightly', '2025-09-29 23:00:00', 'running'), ('nightly', '2025-09-30 23:00:00', 'running'),
        ('nightly', '2025-10-01 23:00:00', 'running')").await;
    let list = JobList::of("[[job]]\nname = \"nightly\"\ncron = \"0 2 * * *\"");
    let check = look(&database, &list, NOON).await;
    assert_eq!(
        check.faults[0].message,
        "Job nightly failed at 02:00: interrupted"
    );
    assert_eq!(
        recorded(&database, "2025-09-29", "2025-10-02").await,
        ["2025-10-02 0/1"]
    );
}

#[each_database]
async fn a_run_that_was_too_long_for_days_counts_once(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let list = JobList::of("[[job]]\nname = \"weekly\"\ncron = \"0 2 * * 1\"\nlongest = \"1h\"");
    database
        .execute(
            "INSERT INTO job_runs (job_name, started_at, status) VALUES
        ('weekly', '2025-09-21 23:00:00', 'running')",
        )
        .await;
    for day in 22..29 {
        look(&database, &list, &format!("2025-09-{day} 09:00:00")).await;
    }
    assert_eq!(
        recorded(&database, "2025-09-20", "2025-10-02").await,
        ["2025-09-22 0/1"]
    );
    database
        .execute(
            "INSERT INTO job_runs (job_name, started_at, finished_at, status) VALUES
        ('weekly', '2025-09-28 23:00:00', '2025-09-28 23:10:00', 'success')",
        )
        .await;
    look(&database, &list, "2025-09-29 09:00:00").await;
    assert_eq!(
        recorded(&database, "2025-09-20", "2025-10-02").await,
        ["2025-09-22 0/1", "2025-09-29 1/1"]
    );
}
