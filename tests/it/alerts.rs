//! From a fault in the platform's data to the chats: the real program, the real database, a stand-in for Telegram.

mod blind;
mod breaker;
mod broken_check;
mod broken_database;
mod chats;
mod incidents;
mod jobs;
mod questions;
mod remediation;
mod returning;
mod several;
mod telling;
mod unreachable;

use chrono::{Duration, NaiveDate};
use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform, faults},
    domain::{Money, Severity},
    standin::ChatKind,
};

use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    delivery::everything_is_delivered,
    program::{Setup, TestProgram, noon},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const CASH: &str = "check_cash_balance_threshold";
const LOW: Money = Money::from_roubles(-15_000);
/// Anna's private chat.
const ANNA: i64 = 501;
const WINDOW: Duration = Duration::seconds(300);

/// Without remediation, whose own messages would stand between the alerts.
fn setup(database: &TestDatabase) -> Setup {
    Setup::beside(database).with("AUTO_REMEDIATION_ENABLED", "false")
}

/// A platform whose Ozon account is overdrawn.
async fn overdrawn(database: &TestDatabase) {
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Ozon, LOW);
    platform.create(database.db()).await.unwrap();
}

/// The program and its clock beside that platform; one pass closes an incident.
async fn closing_after_one_pass(database: &TestDatabase) -> (TestProgram, Clock) {
    overdrawn(database).await;
    let clock = noon();
    let setup = setup(database)
        .at(&clock)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1");
    (setup.start().await, clock)
}

async fn set_balance(database: &TestDatabase, marketplace: Marketplace, roubles: i64) {
    let balance = Money::from_roubles(roubles);
    faults::set_cash_balance(database.db(), marketplace, balance)
        .await
        .unwrap();
}

fn open_private_chat(program: &TestProgram, chat: i64) {
    program
        .telegram()
        .add_chat(chat, ChatKind::Private, "Somebody");
}

/// The bot's alerts about cash in the chat, as they arrived, without the notices of their end.
fn cash_alerts(program: &TestProgram, chat: i64) -> Vec<String> {
    let said = program.said_in(chat).into_iter();
    said.map(|message| match message.edits.into_iter().next() {
        Some(first) => first.text,
        None => message.text,
    })
    .filter(|text| text.contains("Cash balance") && !text.contains("RESOLVED"))
    .collect()
}

/// Moves the clock when nothing is on its way, so that no delivery seems to take that long.
async fn time_passes(database: &TestDatabase, clock: &Clock, by: Duration) {
    everything_is_delivered(database).await;
    clock.advance(by);
}

async fn pending(database: &TestDatabase) -> i64 {
    database
        .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'")
        .await
}

async fn outbox(database: &TestDatabase) -> i64 {
    database.number("SELECT COUNT(*) FROM ops_outbox").await
}

/// `sent_to_chat_ids` of each alert, oldest first.
async fn reached(database: &TestDatabase) -> Vec<String> {
    database
        .texts("SELECT sent_to_chat_ids FROM ops_alerts_history ORDER BY id")
        .await
}

/// Each incident of the source: occurrences, notifications, and whether it is open.
async fn incidents(database: &TestDatabase, source: &str) -> Vec<String> {
    database
        .texts(format!(
            "SELECT CAST(occurrences AS TEXT) || ' failed, ' || CAST(notifications AS TEXT) || ' told, '
                || CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END
             FROM ops_incidents WHERE source = '{source}' ORDER BY id"
        ))
        .await
}

fn alerts_counted(program: &TestProgram, source: &str, severity: Severity) -> u64 {
    let counter = &program.cx().metrics.alerts_total;
    counter
        .with_label_values(&[source, severity.as_str()])
        .get()
}

fn repeats_counted(program: &TestProgram, source: &str) -> u64 {
    let counter = &program.cx().metrics.alerts_deduplicated_total;
    counter.with_label_values(&[source]).get()
}
