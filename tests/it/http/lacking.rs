//! `/readyz`: each cause by which the program does not do its work, and its words.

use chrono::{Duration, TimeDelta};
use serde_json::json;
use sovani_ops::{
    clock::Clock,
    standin::{ChatAccess, ChatKind, Fault, Scope, Times},
};

use crate::support::{
    checks::failing,
    conversation::sends_to,
    database::{TestDatabase, on_postgres},
    deadline::eventually,
    program::{ALERT_CHAT, MANAGER, Setup, TestProgram, moment, telegram},
};

const ANNA: i64 = 501;
/// Longer than any test.
const LATER: std::time::Duration = std::time::Duration::from_secs(600);

async fn started(database: &TestDatabase, chats: &str) -> (TestProgram, Clock) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = Setup::beside(database).with("ALERT_CHAT_IDS", chats);
    let setup = setup.with("ADMIN_USER_IDS", "77");
    let program = setup.at(&clock).start().await;
    program.telegram().add_chat(ANNA, ChatKind::Private, "Anna");
    program.cx().telegram.me().await.unwrap();
    (program, clock)
}

async fn loses(program: &TestProgram, chat: i64) {
    program
        .telegram()
        .set_access(chat, ChatAccess::Blocked)
        .unwrap();
    let error = sovani_ops::domain::Severity::Error;
    program
        .finds(&[failing(&format!("Pump {chat}"), error)])
        .await;
    eventually("a lost chat", async || {
        let records = program.cx().db.chat_records().await.unwrap();
        let lost = |id| {
            records
                .iter()
                .any(|record| record.chat_id == id && record.lost_since.is_some())
        };
        lost(chat)
    })
    .await;
    program.hears(MANAGER, "no longer reach").await;
}

async fn gauge(program: &TestProgram, state: &str) -> bool {
    let page = program.get("/metrics").await.text;
    page.contains(&format!("\nops_alert_chats{{state=\"lost\"}} {state}\n"))
}

/// The answer of `/status` to the manager, who is an administrator here.
async fn status(program: &TestProgram) -> String {
    let maria = program.person(MANAGER, "Maria");
    program.asks(&maria, MANAGER, "/status").await.text
}

#[each_database]
async fn nobody_who_can_be_reached_is_not_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001").await;
    program.get("/readyz").await.ok();
    assert!(gauge(&program, "0").await);

    loses(&program, ALERT_CHAT).await;

    let lacking = program.get("/readyz").await.problem(503);
    assert_eq!(
        lacking,
        "no alert chat can be reached: -1001 (the bot was blocked by the user)"
    );
    assert!(gauge(&program, "1").await);
    let status = status(&program).await;
    assert!(
        status.contains("⚠️ Alerts do not reach chat -1001: the bot was blocked by the user"),
        "{status}"
    );
    assert!(status.contains("🚨 Nobody gets alerts"), "{status}");

    let telegram = program.telegram();
    telegram.set_access(ALERT_CHAT, ChatAccess::Open).unwrap();
    program
        .person(MANAGER, "Maria")
        .says(ALERT_CHAT, "/status@ops_bot")
        .unwrap();
    eventually("ready again", async || {
        program.get("/readyz").await.status == 200
    })
    .await;
    program.stop().await;
}

#[each_database]
async fn one_lost_chat_of_two_is_told_and_no_reason_not_to_be_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001,501").await;
    loses(&program, ANNA).await;

    program.get("/readyz").await.ok();
    assert!(gauge(&program, "1").await);
    let status = status(&program).await;
    assert!(
        status.contains("Alert chats: 2\n⚠️ Alerts do not reach chat 501"),
        "{status}"
    );
    assert!(!status.contains("Nobody"), "{status}");
    program.stop().await;
}

#[each_database]
async fn sweeps_that_are_not_journalled_are_not_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001").await;
    // The journal is the platform's, which may change it.
    database
        .execute("ALTER TABLE job_runs RENAME COLUMN status TO state")
        .await;
    program.sweep().await;

    let lacking = program.get("/readyz").await.problem(503);
    assert!(
        lacking.starts_with("sweeps are not journalled: "),
        "{lacking}"
    );
    assert!(
        lacking.contains("status") && !lacking.contains("; "),
        "{lacking}"
    );

    database
        .execute("ALTER TABLE job_runs RENAME COLUMN state TO status")
        .await;
    program.sweep().await;
    program.get("/readyz").await.ok();
    program.stop().await;
}

#[each_database]
async fn a_database_that_fails_is_not_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001").await;
    program.cx().db.close().await;

    assert_eq!(
        program.get("/readyz").await.problem(503),
        "the database fails"
    );
    program.stop().await;
}

#[each_database]
async fn a_telegram_that_has_not_answered_yet_is_not_ready(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let telegram = telegram().await;
    telegram.fail(Scope::Any, Times::UntilCleared, Fault::Delay(LATER));
    let mut program = Setup::beside(&database)
        .at(&clock)
        .start_on(&telegram)
        .await;

    assert_eq!(
        program.get("/readyz").await.problem(503),
        "Telegram is not contacted yet"
    );

    telegram.clear_faults();
    program.cx().telegram.me().await.unwrap();
    program.get("/readyz").await.ok();
    program.stop().await;
}

#[each_database]
async fn a_telegram_that_is_down_is_not_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001").await;
    program.telegram().go_down().await;
    program.cx().telegram.me().await.unwrap_err();

    let lacking = program.get("/readyz").await.problem(503);
    assert!(
        lacking.starts_with("Telegram is unreachable: "),
        "{lacking}"
    );
    program.telegram().come_back().await.unwrap();
    program.cx().telegram.me().await.unwrap();
    program.get("/readyz").await.ok();
    program.stop().await;
}

#[each_database]
async fn a_webhook_that_stays_is_not_ready(database: TestDatabase) {
    let (mut program, _) = started(&database, "-1001").await;
    program.hears(MANAGER, "Hello Maria").await;
    let telegram = program.telegram();
    telegram.fail(
        Scope::method("deleteWebhook"),
        Times::UntilCleared,
        Fault::ServerError(500),
    );
    telegram.set_webhook("https://elsewhere.example/secret-path");
    eventually("a webhook", async || {
        program.get("/readyz").await.status == 503
    })
    .await;

    let lacking = program.get("/readyz").await.problem(503);
    assert_eq!(
        lacking,
        "a webhook is set, and elsewhere.example gets the commands and presses"
    );

    telegram.clear_faults();
    eventually("ready again", async || {
        program.get("/readyz").await.status == 200
    })
    .await;
    let status = status(&program).await;
    assert!(
        status.contains("presses sent to elsewhere.example"),
        "{status}"
    );
    program.stop().await;
}

#[each_database]
async fn an_outbox_that_does_not_drain_is_not_ready(database: TestDatabase) {
    let (mut program, clock) = started(&database, "-1001").await;
    let refusal = Fault::TooManyRequests(3600);
    program
        .telegram()
        .fail(Scope::MessagesTo(ALERT_CHAT), Times::UntilCleared, refusal);
    program
        .finds(&[failing("Pump", sovani_ops::domain::Severity::Error)])
        .await;
    eventually("an attempt", async || {
        !sends_to(program.telegram(), ALERT_CHAT).is_empty()
    })
    .await;
    clock.advance(TimeDelta::minutes(10));
    program.get("/readyz").await.ok();

    clock.advance(Duration::seconds(1));

    let lacking = program.get("/readyz").await.problem(503);
    let words = "the outbox does not drain: nothing has arrived for 10 minutes, and the oldest message waits since ";
    assert!(lacking.starts_with(words), "{lacking}");
    program.stop().await;
}

#[each_database]
async fn one_message_that_fails_for_itself_is_no_reason_not_to_be_ready(database: TestDatabase) {
    let (mut program, clock) = started(&database, "-1001,501").await;
    let refusal = Fault::TooManyRequests(3600);
    program
        .telegram()
        .fail(Scope::MessagesTo(ALERT_CHAT), Times::UntilCleared, refusal);
    program
        .finds(&[failing("Pump", sovani_ops::domain::Severity::Error)])
        .await;
    clock.advance(TimeDelta::minutes(11));
    program
        .finds(&[failing("Valve", sovani_ops::domain::Severity::Error)])
        .await;
    program.hears(ANNA, "Valve").await;

    let recorded = "SELECT COUNT(*) FROM ops_outbox WHERE chat_id = 501 AND state = 'sent'";
    eventually("a delivery on record", async || {
        database.number(recorded).await > 0
    })
    .await;
    program.get("/readyz").await.ok();
    program.stop().await;
}

#[tokio::test]
async fn a_standby_is_ready_and_says_that_it_is_one() {
    on_postgres(async |database| {
        let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
        let mut one = Setup::beside(&database).at(&clock).start().await;
        let holders = async || one.cx().db.lease_holders(clock.now()).await.unwrap();
        eventually("a lease", async || !holders().await.is_empty()).await;
        let mut two = Setup::beside(&database)
            .at(&clock)
            .start_on(one.telegram())
            .await;
        one.cx().telegram.me().await.unwrap();

        let standby = json!({"status": "ready", "last_sweep_age_seconds": null, "role": "standby", "not_measured": []});
        assert_eq!(two.get("/readyz").await.ok(), standby);
        let active =
            json!({"status": "ready", "last_sweep_age_seconds": null, "not_measured": []});
        assert_eq!(one.get("/readyz").await.ok(), active);

        one.stop().await;
        two.cx().telegram.me().await.unwrap();
        eventually("the other's turn", async || {
            two.get("/readyz").await.ok() == active
        })
        .await;
        two.stop().await;
    })
    .await;
}
