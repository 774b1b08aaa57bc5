//! One budget for messages, edits and answers, towards a Telegram that counts them.

use std::time::Duration as StdDuration;

use sovani_ops::{
    domain::Severity,
    standin::{Options, Outcome},
};

use super::*;
use crate::support::{
    checks::failing,
    deadline::eventually_within,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, telegram_with},
};

/// An administrator, whose private chat gets the alerts too.
const ANNA: i64 = 7;
/// Private chats that get the alerts and nothing else.
const QUIET: std::ops::Range<i64> = FIRST..FIRST + 40;
/// A group may be sent 15 messages a minute.
const PATIENCE: StdDuration = StdDuration::from_secs(60);

/// A program with the budget that it has by default, beside a Telegram that keeps to its limits.
async fn limited(database: &TestDatabase) -> TestProgram {
    let options = Options {
        enforce_rates: true,
        ..Options::new(TELEGRAM_TOKEN, "ops_bot")
    };
    let telegram = telegram_with(options).await;
    for chat in QUIET {
        telegram.add_chat(chat, ChatKind::Private, "Somebody");
    }
    telegram.add_chat(ANNA, ChatKind::Private, "Anna");
    let chats: Vec<String> = [ALERT_CHAT, ANNA]
        .into_iter()
        .chain(QUIET)
        .map(|chat| chat.to_string())
        .collect();
    Setup::beside(database)
        .at(&Clock::system())
        .with("ALERT_CHAT_IDS", chats.join(","))
        .with("ADMIN_USER_IDS", ANNA.to_string())
        // The defaults, which the tests lift everywhere else.
        .with("TELEGRAM_CALLS_PER_SEC", "")
        .with("TELEGRAM_CHAT_PER_MIN", "")
        .with("TELEGRAM_GROUP_PER_MIN", "")
        .start_on(&telegram)
        .await
}

async fn pending(database: &TestDatabase) -> i64 {
    database
        .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'")
        .await
}

/// The chats with a flood wait, its start and its length.
fn told_to_wait(telegram: &BotApi) -> Vec<(i64, Instant, StdDuration)> {
    let calls = telegram.calls().into_iter();
    calls
        .filter_map(|call| match &call.outcome {
            Outcome::Refused(refusal) => Some((call.chat()?, call.at, refusal.retry_after?)),
            _ => None,
        })
        .map(|(chat, at, seconds)| (chat, at, StdDuration::from_secs(seconds)))
        .collect()
}

/// Tells if the bot left the chat alone for the flood wait.
fn is_obeyed(telegram: &BotApi, (chat, at, wait): (i64, Instant, StdDuration)) -> bool {
    let mut calls = telegram.calls().into_iter();
    calls.all(|call| call.chat() != Some(chat) || call.at <= at || call.at >= at + wait)
}

/// Five alerts, and Anna's presses on two of them as they come.
async fn burst(program: &TestProgram) {
    let anna = program.person(ANNA, "Anna");
    let checks: Vec<_> = ["Pump", "Valve", "Filter", "Engine", "Belt"]
        .map(|name| failing(name, Severity::Error))
        .into();
    program.finds(&checks).await;
    let alert = program.hears(ANNA, "Pump is broken").await;
    let press = anna.presses(ANNA, alert.id, "🔕 Silence 1 h").unwrap();
    assert!(program.told(&press).await.starts_with("Silenced until "));
    let alert = program.hears(ALERT_CHAT, "Valve is broken").await;
    let press = anna
        .presses(ALERT_CHAT, alert.id, "✅ Acknowledge")
        .unwrap();
    assert_eq!(program.told(&press).await, "Acknowledged");
}

fn everybody_sees_the_outcome_of_a_press(program: &TestProgram) {
    for chat in QUIET.chain([ANNA, ALERT_CHAT]) {
        let said = program.said_in(chat);
        assert_eq!(said.len(), 5);
        for (name, state) in [
            ("Pump", "Silenced by Anna"),
            ("Valve", "Acknowledged by Anna"),
        ] {
            let alert = said.iter().find(|alert| alert.text.contains(name)).unwrap();
            assert!(alert.text.contains(state), "{alert:?}");
        }
    }
}

#[tokio::test]
async fn a_burst_of_alerts_edits_and_presses_keeps_to_what_telegram_takes() {
    on_sqlite(async |database| {
        let mut program = limited(&database).await;
        burst(&program).await;
        let last = QUIET.end - 1;
        program.hears(last, "Belt is broken").await;
        eventually_within(PATIENCE, "an empty outbox", async || {
            pending(&database).await == 0
        })
        .await;
        let telegram = program.telegram();
        let waits = told_to_wait(telegram);
        let messages =
            telegram.calls_of("sendMessage").len() + telegram.calls_of("editMessageText").len();
        println!(
            "{messages} messages and edits, {} told to wait",
            waits.len()
        );
        assert!(waits.iter().all(|wait| is_obeyed(telegram, *wait)));
        assert!(
            waits.iter().all(|(chat, ..)| *chat != ALERT_CHAT),
            "a group is never crowded"
        );
        assert!(
            waits.len() * 100 < messages,
            "hardly anybody is told to wait"
        );
        everybody_sees_the_outcome_of_a_press(&program);
        program.stop().await;
    })
    .await;
}
