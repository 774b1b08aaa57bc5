//! An action that an alert calls for again and again is handed to people.

use super::*;
use crate::support::program::{ALERT_CHAT, MANAGER};

const ACTION: &str = "remediate_notify_admin";
const ADMIN: i64 = 7;

async fn with_clock(database: &TestDatabase) -> (TestProgram, Clock) {
    overdrawn(database).await;
    let clock = noon();
    let setup = Setup::beside(database)
        .with("ADMIN_USER_IDS", ADMIN.to_string())
        .with("ALERT_RESOLVE_AFTER_PASSES", "1");
    (setup.at(&clock).start().await, clock)
}

/// A new alert that ends before the next one; by then `ran` actions have run in all.
async fn alert(database: &TestDatabase, program: &TestProgram, clock: &Clock, ran: i64) {
    set_balance(database, Marketplace::Ozon, -15_000).await;
    assert_eq!(program.sweep().await.alerts_sent, 1);
    runs(database, ran).await;
    set_balance(database, Marketplace::Ozon, 250_000).await;
    let open = "SELECT COUNT(*) FROM ops_incidents WHERE closed_at IS NULL";
    // The more often it comes back, the more checks must pass.
    while database.number(open).await > 0 {
        program.sweep().await;
    }
    time_passes(database, clock, Duration::minutes(6)).await;
}

async fn runs(database: &TestDatabase, count: i64) {
    eventually("so many remediations", async || {
        database
            .number(
                "SELECT COUNT(*) FROM ops_remediation_history WHERE finished_at IS NOT NULL AND incident_id IS NOT NULL",
            )
            .await
            == count
    })
    .await;
}

async fn asked(database: &TestDatabase) -> i64 {
    database.number("SELECT COUNT(*) FROM ops_proposals").await
}

fn counted(program: &TestProgram, result: &str) -> u64 {
    let counter = &program.cx().metrics.auto_remediation_total;
    counter.with_label_values(&[ACTION, result]).get()
}

#[each_database]
async fn after_three_runs_in_an_hour_people_are_asked_once_and_a_confirmation_runs_it(
    database: TestDatabase,
) {
    let (mut program, clock) = with_clock(&database).await;
    for number in 1..=3 {
        alert(&database, &program, &clock, number).await;
    }
    assert_eq!(asked(&database).await, 0);

    set_balance(&database, Marketplace::Ozon, -15_000).await;
    let stats = program.sweep().await;
    assert_eq!((stats.alerts_sent, stats.remediations_triggered), (1, 0));
    let question = program
        .hears(ALERT_CHAT, "It has run automatically 3 times lately")
        .await;
    assert!(question.text.contains("before 13:00"), "{}", question.text);
    assert_eq!(question.labels(), [["✅ Confirm", "✖️ Cancel"]]);
    program.sweep().await;
    assert_eq!(
        (asked(&database).await, counted(&program, "breaker")),
        (1, 1)
    );

    let press = program
        .person(ADMIN, "Anna")
        .presses(ALERT_CHAT, question.id, "✅ Confirm")
        .unwrap();
    assert_eq!(program.told(&press).await, "Running…");
    program.reads(&question, &format!("{ACTION} done")).await;
    runs(&database, 4).await;
    let by = "SELECT triggered_by FROM ops_remediation_history ORDER BY id DESC LIMIT 1";
    assert_eq!(database.texts(by).await, ["user:7"]);
    program.stop().await;
}

#[each_database]
async fn the_breaker_holds_after_a_restart_and_closes_when_the_window_has_moved_on(
    database: TestDatabase,
) {
    let (mut program, clock) = with_clock(&database).await;
    for number in 1..=3 {
        alert(&database, &program, &clock, number).await;
    }
    program.restart().await;
    alert(&database, &program, &clock, 3).await;
    alert(&database, &program, &clock, 3).await;
    assert_eq!(
        (asked(&database).await, counted(&program, "breaker")),
        (1, 2),
        "asked once while it is open"
    );

    clock.advance(Duration::minutes(30));
    alert(&database, &program, &clock, 4).await;
    assert_eq!(asked(&database).await, 1);
    program.stop().await;
}

#[each_database]
async fn an_alert_just_after_a_run_asks_people_and_is_withdrawn_with_its_incident(
    database: TestDatabase,
) {
    let (mut program, clock) = with_clock(&database).await;
    program.sweep().await;
    runs(&database, 1).await;
    time_passes(&database, &clock, Duration::seconds(299)).await;

    set_balance(&database, Marketplace::Wb, -15_000).await;
    assert_eq!(program.sweep().await.remediations_triggered, 0);
    let question = program
        .hears(ALERT_CHAT, "It has just run automatically")
        .await;
    assert_eq!(counted(&program, "cooldown"), 1);

    set_balance(&database, Marketplace::Wb, 250_000).await;
    set_balance(&database, Marketplace::Ozon, 250_000).await;
    program.sweep().await;
    let press = program
        .person(ADMIN, "Anna")
        .presses(ALERT_CHAT, question.id, "✅ Confirm")
        .unwrap();
    assert_eq!(
        program.told(&press).await,
        "Too late: withdrawn, the incident is over."
    );
    let withdrawn = program
        .reads(
            &question,
            "Withdrawn: the incident is over. Nothing was run.",
        )
        .await;
    assert!(withdrawn.keyboard.is_empty());
    runs(&database, 1).await;
    program.stop().await;
}

#[each_database]
async fn a_proposal_in_two_chats_is_decided_once(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let setup = Setup::beside(&database)
        .with("ADMIN_USER_IDS", ADMIN.to_string())
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{MANAGER}"));
    let mut program = setup.at(&clock).start().await;
    program.sweep().await;
    runs(&database, 1).await;
    time_passes(&database, &clock, Duration::seconds(299)).await;
    set_balance(&database, Marketplace::Wb, -15_000).await;
    program.sweep().await;
    let questions = [
        program
            .hears(ALERT_CHAT, "It has just run automatically")
            .await,
        program
            .hears(MANAGER, "It has just run automatically")
            .await,
    ];
    time_passes(&database, &clock, Duration::seconds(5)).await;

    let anna = program.person(ADMIN, "Anna");
    let press = anna
        .presses(ALERT_CHAT, questions[0].id, "✖️ Cancel")
        .unwrap();
    assert_eq!(program.told(&press).await, "Cancelled");
    sovani_ops::bot::buttons::proposal::end_proposals(program.cx())
        .await
        .unwrap();
    let elsewhere = program
        .reads(&questions[1], "it was decided in another chat")
        .await;
    assert!(elsewhere.keyboard.is_empty());
    runs(&database, 1).await;
    program.stop().await;
}

#[each_database]
async fn the_incidents_message_shows_the_latest_remediation(database: TestDatabase) {
    let (mut program, clock) = with_clock(&database).await;
    program.sweep().await;
    let card = program
        .hears(ALERT_CHAT, "CRITICAL | check_cash_balance_threshold")
        .await;
    program
        .reads(
            &card,
            "🔧 remediate_notify_admin, 12:00: the check still fails",
        )
        .await;
    set_balance(&database, Marketplace::Ozon, 250_000).await;
    time_passes(&database, &clock, Duration::minutes(6)).await;
    program.sweep().await;
    let ended = program.reads(&card, "RESOLVED").await;
    assert!(
        ended
            .text
            .contains("🔧 remediate_notify_admin, 12:00: the check still fails"),
        "{}",
        ended.text
    );
    program.stop().await;
}
