//! The audit of what changes the state of things.

use reqwest::Method;
use serde_json::{Value, json};

use super::{as_admin, faults, overdrawn};
use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    program::{Answer, TestProgram},
};

const AUDIT: &str = "/api/v1/ops/audit";

/// `act outcome by actor: subject`, the oldest first.
async fn acts(program: &TestProgram) -> Vec<String> {
    let audit = as_admin(program, Method::GET, AUDIT).await.ok();
    let line = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        format!(
            "{} {} by {} ({}): {}",
            text("act"),
            text("outcome"),
            text("actor"),
            text("actor_name"),
            text("subject")
        )
    };
    audit.as_array().unwrap().iter().rev().map(line).collect()
}

async fn posts(program: &TestProgram, path: &str) -> Answer {
    program.post(&format!("/api/v1/ops/{path}")).await
}

#[each_database]
async fn every_act_over_rest_is_on_record_with_its_result(database: TestDatabase) {
    let program = overdrawn(&database).await.start().await;
    program.sweep().await;
    posts(&program, "incidents/1/ack").await.ok();
    posts(&program, "incidents/1/ack?by=Anna")
        .await
        .problem(409);
    posts(&program, "incidents/1/resolve").await.ok();
    posts(&program, "silences?scope=all&duration=2h").await;
    as_admin(&program, Method::DELETE, "/api/v1/ops/silences/1")
        .await
        .ok();
    posts(&program, "remediate?alert_source=check_db_growth")
        .await
        .problem(400);
    posts(&program, "run-detectors").await.ok();
    posts(&program, "run-detectors?notify=true").await.ok();
    Answer::of(program.request(Method::POST, "/api/v1/ops/run-detectors"))
        .await
        .problem(401);

    assert_eq!(
        acts(&program).await,
        [
            "acknowledge done by rest (ADMIN_TOKEN): incident 1",
            "acknowledge refused by rest (ADMIN_TOKEN, for Anna): incident 1",
            "resolve done by rest (ADMIN_TOKEN): incident 1",
            "silence done by rest (ADMIN_TOKEN): silence 1: all",
            "end_silence done by rest (ADMIN_TOKEN): silence 1: all",
            "remediate refused by rest (ADMIN_TOKEN): check_db_growth",
            "run_detectors done by rest (ADMIN_TOKEN): every detector",
            "forbidden refused by nobody (unknown): POST /api/v1/ops/run-detectors",
        ]
    );
    let newest = as_admin(&program, Method::GET, "/api/v1/ops/audit?limit=1")
        .await
        .ok();
    let row = &newest[0];
    assert_eq!(
        (&row["door"], &row["from"]),
        (&json!("rest"), &json!("127.0.0.1"))
    );
    assert_eq!(row["at"], "2025-10-02T09:00:00");
}

#[each_database]
async fn a_remediation_and_a_reload_are_on_record(database: TestDatabase) {
    let program = overdrawn(&database)
        .await
        .with("AUTO_REMEDIATION_ENABLED", "true")
        .start()
        .await;
    posts(&program, "remediate?alert_source=check_api_latency_p95")
        .await
        .ok();
    program.sweep().await;
    eventually("the automatic remediation", async || {
        acts(&program).await.len() == 3
    })
    .await;
    assert_eq!(
        acts(&program).await,
        [
            "reload_settings done by rest (ADMIN_TOKEN): settings",
            "remediate done by rest (ADMIN_TOKEN): remediate_clear_cache for check_api_latency_p95",
            "remediate done by scheduler (scheduler): remediate_notify_admin for check_cash_balance_threshold",
        ]
    );
}

#[each_database]
async fn the_audit_is_read_page_by_page_and_by_act(database: TestDatabase) {
    let program = overdrawn(&database).await.start().await;
    for _ in 0..5 {
        posts(&program, "run-detectors?notify=true").await.ok();
    }
    posts(&program, "incidents/1/ack").await.ok();
    let ids = |answer: &Answer| {
        let rows = answer.ok();
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let get =
        async |query: &str| as_admin(&program, Method::GET, &format!("{AUDIT}?{query}")).await;
    let first = get("act=run_detectors&limit=2").await;
    assert_eq!(ids(&first), [5, 4]);
    let next = format!("<{AUDIT}?act=run_detectors&limit=2&before_id=4>; rel=\"next\"");
    assert_eq!(first.header("link"), next);
    assert_eq!(
        ids(&get("act=run_detectors&limit=2&before_id=4").await),
        [3, 2]
    );
    let last = get("act=run_detectors&limit=2&before_id=2").await;
    assert_eq!((ids(&last), last.header("link")), (vec![1], ""));
    assert_eq!(ids(&get("act=acknowledge").await), [6]);
    let wrong = get("act=sing&limit=0&before_id=x").await;
    assert_eq!(
        faults(&wrong),
        "query.limit greater_than_equal, query.act enum, query.before_id int_parsing"
    );
}

#[each_database]
async fn an_act_is_done_when_it_cannot_be_put_on_record(database: TestDatabase) {
    let program = overdrawn(&database).await.start().await;
    database
        .execute("ALTER TABLE ops_audit RENAME TO elsewhere")
        .await;
    posts(&program, "run-detectors?notify=true").await.ok();
    program
        .hears(crate::support::program::ALERT_CHAT, "below alert threshold")
        .await;
}
