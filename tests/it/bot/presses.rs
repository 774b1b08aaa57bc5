//! Presses that mean nothing, and presses that are answered before their work is done.

use serde_json::json;
use sovani_ops::{demo::Platform, standin::Message};
use tempfile::TempDir;

use super::{ANNA, BORIS, TODAY, anna, beside, healthy, proposal, remediations};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    program::{ALERT_CHAT, TestProgram},
};

const GARBAGE: [&str; 21] = [
    "alerts:",
    "alerts:all:5",
    "alerts:all:5:1",
    "alerts:all:5:<",
    "alerts:loud:5:<1",
    "alerts:all:0:>1",
    "alerts:all:21:<1",
    "alerts:all:5:<404",
    "runbook:check_db_growth:0",
    "runbook:check_db_growth:99",
    "proposal:x:yes",
    "proposal:1",
    "proposal:1:maybe",
    "proposal:99999999999999999999:yes",
    "proposal:404:yes",
    "proposal:",
    "runbook:check_nothing",
    "chart:",
    "chart:nothing",
    "nonsense",
    ":",
];

async fn pressed(program: &TestProgram, proposal: &Message, data: &str) -> String {
    let press = anna(program)
        .presses_data(proposal.chat, proposal.id, data)
        .unwrap();
    program.told(&press).await
}

#[tokio::test]
async fn a_press_without_meaning_is_told_that_it_has_expired() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let proposal = proposal(&program).await;
        let long = "x".repeat(64);
        for data in GARBAGE.into_iter().chain([long.as_str()]) {
            let told = pressed(&program, &proposal, data).await;
            assert_eq!(told, "This button has expired.", "{data}");
        }
        program.stop().await;
        assert!(remediations(&database).await.is_empty());
        assert_eq!(program.said_in(ANNA), [proposal]);
        let counted = &program.cx().metrics.bot_callbacks_total;
        assert_eq!(counted.with_label_values(&["proposal", "usage"]).get(), 6);
        assert_eq!(counted.with_label_values(&["runbook", "usage"]).get(), 3);
        assert_eq!(counted.with_label_values(&["alerts", "usage"]).get(), 8);
        assert_eq!(counted.with_label_values(&["chart", "usage"]).get(), 2);
        assert_eq!(counted.with_label_values(&["unknown", "usage"]).get(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_decided_in_its_own_chat_only() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        let yes = proposal.button("✅ Confirm").unwrap().data().unwrap();
        let boris = program.person(BORIS, "Boris");
        let elsewhere = program.asks(&boris, ALERT_CHAT, "/whoami").await;
        let press = boris.presses_data(ALERT_CHAT, elsewhere.id, yes).unwrap();
        assert_eq!(program.told(&press).await, "This button has expired.");
        assert!(remediations(&database).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_press_is_answered_before_its_action_ends() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let go = folder.path().join("go");
        let script = format!("until [ -e {} ]; do sleep 0.02; done", go.display());
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup
            .with(
                "SCHEDULER_RESTART_CMD",
                json!(["sh", "-c", script]).to_string(),
            )
            .start()
            .await;
        let proposal = program
            .asks(&anna(&program), ANNA, "/remediate check_scheduler_on_time")
            .await;
        let press = anna(&program)
            .presses(ANNA, proposal.id, "✅ Confirm")
            .unwrap();
        assert_eq!(program.told(&press).await, "Running…");
        program.reads(&proposal, "running…").await;
        eventually("the action runs", async || {
            remediations(&database).await == ["remediate_restart_scheduler by user:7: running"]
        })
        .await;
        std::fs::write(go, "").unwrap();
        program.reads(&proposal, "sh succeeded").await;
    })
    .await;
}

#[tokio::test]
async fn a_press_too_old_to_be_answered_still_acts() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        program.telegram().go_down().await;
        anna(&program)
            .presses(ANNA, proposal.id, "✅ Confirm")
            .unwrap();
        program.telegram().expire_presses();
        program.telegram().come_back().await.unwrap();
        program
            .reads(&proposal, "Database vacuumed successfully")
            .await;
    })
    .await;
}
