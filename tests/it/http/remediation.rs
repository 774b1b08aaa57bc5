//! `/remediate`.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
};

use super::{TODAY, beside, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    held_command::HeldCommand,
    program::{ADMIN_TOKEN, MANAGER, TestProgram},
};

const SOON: Duration = Duration::from_secs(20);

pub fn remediate(detector: &str) -> String {
    format!("/api/v1/ops/remediate?alert_source={detector}")
}

async fn with_command(database: &TestDatabase, command: &HeldCommand) -> TestProgram {
    let setup = beside(database, &Platform::healthy(TODAY)).await;
    setup
        .with("SCHEDULER_RESTART_CMD", command.setting())
        .start()
        .await
}

#[each_database]
async fn the_mapped_action_runs_and_the_detector_looks_again(database: TestDatabase) {
    let program = healthy(&database).await;
    let body = program.post(&remediate("check_db_growth")).await.ok();
    assert_eq!(body["status"], "success");
    assert_eq!(body["action_name"], "remediate_vacuum_db");
    assert!(
        body["details"]
            .as_str()
            .unwrap()
            .starts_with("Database vacuumed successfully"),
        "{body}"
    );
    assert_eq!(body["retry_count"], 0);
    assert_eq!(body["verified"], "fixed");
    let recorded = database.texts(
        "SELECT status || ' ' || action_name || ' by ' || triggered_by || ', ' || verified FROM ops_remediation_history",
    );
    assert_eq!(
        recorded.await,
        ["success remediate_vacuum_db by rest, fixed"]
    );
}

#[each_database]
async fn the_manager_is_told_of_a_fault_that_stays(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Wb, Money::from_roubles(-20_000));
    let program = beside(&database, &platform).await.start().await;
    let body = program
        .post(&remediate("check_cash_balance_threshold"))
        .await
        .ok();
    assert_eq!(
        (&body["status"], &body["verified"]),
        (&json!("success"), &json!("still_failing"))
    );
    assert_eq!(body["action_name"], "remediate_notify_admin");
    program.hears(MANAGER, "-20000.00").await;
}

#[each_database]
async fn a_second_run_of_a_running_action_is_refused(database: TestDatabase) {
    let command = HeldCommand::new();
    let program = with_command(&database, &command).await;
    let path = remediate("check_scheduler_on_time");
    let first = program.post(&path);
    let second = async {
        command.started().await;
        let refused = program.post(&path).await;
        command.let_go();
        refused
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(
        second.problem(409),
        "remediate_restart_scheduler is already running"
    );
    assert_eq!(first.ok()["status"], "success");
}

#[tokio::test]
async fn a_failed_action_is_reported_as_failed_and_not_as_an_error() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let body = program
            .post(&remediate("check_scheduler_on_time"))
            .await
            .ok();
        assert_eq!(
            (&body["status"], &body["retry_count"]),
            (&json!("failed"), &json!(0))
        );
        assert!(
            body["details"]
                .as_str()
                .unwrap()
                .contains("SCHEDULER_RESTART_CMD"),
            "{body}"
        );
        assert_eq!(body["verified"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn a_client_that_goes_away_stops_no_action() {
    on_sqlite(async |database| {
        let command = HeldCommand::new();
        let program = with_command(&database, &command).await;
        let request = program
            .request(Method::POST, &remediate("check_scheduler_on_time"))
            .bearer_auth(ADMIN_TOKEN)
            .send();
        tokio::select! {
            _ = request => panic!("the command is held"),
            () = command.started() => {}
        }
        // The server needs a moment to see the client go; the next answer comes after it.
        program.get("/healthz").await.ok();
        command.let_go();
        let done = async {
            while database
                .texts("SELECT status FROM ops_remediation_history")
                .await
                != ["success"]
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(SOON, done).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_remediated_is_refused_with_the_reason() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let unknown = program
            .post(&remediate("check_everything"))
            .await
            .problem(404);
        assert!(
            unknown.contains("no remediation")
                && unknown.contains("check_everything")
                && unknown.contains("check_db_growth"),
            "{unknown}"
        );
        let unmapped = program
            .post(&remediate("check_commission_outliers"))
            .await
            .problem(404);
        assert!(
            unmapped.contains("no remediation") && unmapped.contains("check_db_growth"),
            "{unmapped}"
        );
        assert_eq!(
            program.post("/api/v1/ops/remediate").await.detail(422),
            json!([{"loc": ["query", "alert_source"], "msg": "Field required", "type": "missing"}])
        );
        let page = program.get("/metrics").await.text;
        assert!(
            !page.contains("check_everything"),
            "a label must not hold free text"
        );
    })
    .await;
}

#[tokio::test]
async fn nothing_is_remediated_while_that_is_disabled() {
    on_sqlite(async |database| {
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup
            .with("AUTO_REMEDIATION_ENABLED", "false")
            .start()
            .await;
        let problem = program
            .post(&remediate("check_db_growth"))
            .await
            .problem(400);
        assert!(problem.contains("disabled"), "{problem}");
    })
    .await;
}
