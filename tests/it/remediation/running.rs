//! Runs of actions, and their records.

use sovani_ops::{detectors::DETECTORS, ops::remediation::RemediationError};

use super::{SCHEDULER, counted, history, ran, remediate};
use crate::support::{database::TestDatabase, held_command::HeldCommand, program::Setup};

#[each_database]
async fn nothing_runs_while_remediation_is_disabled(database: TestDatabase) {
    let program = Setup::beside(&database)
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .start()
        .await;

    for detector in DETECTORS {
        let outcome = remediate(&program, detector.name).await;
        assert!(
            matches!(outcome, Err(RemediationError::Disabled)),
            "{outcome:?}"
        );
    }

    assert!(history(&database).await.is_empty());
    assert_eq!(counted(&program, "remediate_vacuum_db", "disabled"), 1);
    assert_eq!(counted(&program, "none", "disabled"), 2);
}

#[each_database]
async fn a_detector_without_an_action_is_answered_with_those_that_have_one(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;

    for source in ["check_ingest_success_rate", "check_commission_outliers"] {
        let error = remediate(&program, source).await.unwrap_err();
        assert!(
            matches!(&error, RemediationError::NoAction { detector, .. } if detector == source)
        );
        let told = error.to_string();
        assert!(
            told.contains(source) && told.contains("check_db_growth"),
            "{told}"
        );
    }

    assert!(history(&database).await.is_empty());
    assert_eq!(counted(&program, "none", "no_action"), 2);
}

#[each_database]
async fn an_action_that_runs_already_is_not_started_again(database: TestDatabase) {
    let command = HeldCommand::new();
    let program = Setup::beside(&database)
        .with("SCHEDULER_RESTART_CMD", command.setting())
        .start()
        .await;

    let first = ran(&program, SCHEDULER);
    let second = async {
        command.started().await;
        let outcome = remediate(&program, SCHEDULER).await;
        command.let_go();
        outcome
    };
    let (first, second) = tokio::join!(first, second);

    assert_eq!(first.details, "sh succeeded: restarted");
    assert!(
        matches!(&second, Err(RemediationError::Busy(name)) if name == "remediate_restart_scheduler"),
        "{second:?}"
    );
    assert_eq!(history(&database).await.len(), 1);
    assert_eq!(
        ran(&program, SCHEDULER).await.details,
        "sh succeeded: restarted"
    );
}

#[each_database]
async fn an_action_that_another_instance_runs_is_not_started(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    let now = program.cx().clock.now();
    let until = now + chrono::Duration::seconds(60);
    let elsewhere = database
        .db()
        .acquire_lease("action:remediate_vacuum_db", "elsewhere/1", now, until)
        .await
        .unwrap();
    assert!(elsewhere);

    let outcome = remediate(&program, "check_db_growth").await;

    assert!(
        matches!(&outcome, Err(RemediationError::Busy(name)) if name == "remediate_vacuum_db"),
        "{outcome:?}"
    );
    assert!(history(&database).await.is_empty());
}

#[each_database]
async fn each_run_is_counted_and_its_time_measured(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;

    ran(&program, "check_api_latency_p95").await;
    ran(&program, "check_api_latency_p95").await;
    ran(&program, SCHEDULER).await;

    assert_eq!(counted(&program, "remediate_clear_cache", "success"), 2);
    assert_eq!(
        counted(&program, "remediate_restart_scheduler", "failure"),
        1
    );
    let page = program.cx().metrics.page().unwrap();
    assert!(
        page.contains(
            "auto_remediation_duration_seconds_count{action=\"remediate_clear_cache\"} 2"
        ),
        "{page}"
    );
    assert!(
        page.contains(
            "auto_remediation_total{action=\"remediate_vacuum_db\",result=\"success\"} 0"
        ),
        "{page}"
    );
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_remediation_history WHERE duration_ms IS NOT NULL AND details <> ''").await, 3);
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_remediation_history WHERE triggered_at = '2025-10-02 09:00:00.000000'").await, 3);
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_leases WHERE name LIKE 'action:%'")
            .await,
        0
    );
}
