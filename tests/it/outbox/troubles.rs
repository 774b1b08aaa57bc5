//! Everything that Telegram, or the way there, can do to a delivery.

use std::time::Duration as StdDuration;

use super::*;
use crate::support::deadline::eventually_within;

/// Longer than the client waits for an answer.
const TOO_LONG: StdDuration = StdDuration::from_secs(120);
/// The client waits 10 s before it hands over a server error, and gives a call up after 15 s.
const PATIENCE: StdDuration = StdDuration::from_secs(50);

/// Faults after which nothing has happened, each in a chat of its own.
const REFUSALS: [(i64, Fault); 7] = [
    (601, Fault::ServerError(500)),
    (602, Fault::ServerError(502)),
    (603, Fault::HtmlError(503)),
    (604, Fault::Garbage),
    (605, Fault::Dropped),
    (606, Fault::Delay(TOO_LONG)),
    (607, Fault::Unauthorized),
];
/// Faults after which the message is there and the program does not know.
const SILENT_SUCCESSES: [(i64, Fault); 2] = [
    (701, Fault::AcceptedThenDropped),
    (702, Fault::LateAnswer(TOO_LONG)),
];
/// A chat without trouble.
const CALM: i64 = 801;

#[each_database]
async fn every_trouble_is_survived_and_troubles_no_other_chat(database: TestDatabase) {
    let mut program = Setup::beside(&database).at(&Clock::system()).start().await;
    let all: Vec<_> = REFUSALS.into_iter().chain(SILENT_SUCCESSES).collect();
    open_private_chats(&program, &[CALM]);
    for (chat, fault) in &all {
        open_private_chats(&program, &[*chat]);
        program
            .telegram()
            .fail(Scope::Chat(*chat), Times::Once, fault.clone());
        post(&program, *chat, "first").await;
        post(&program, *chat, "second").await;
    }
    post(&program, CALM, "calm").await;

    program.hears(CALM, "calm").await;
    assert!(
        said(&program, 601).is_empty(),
        "nobody waited for the slowest"
    );
    eventually_within(PATIENCE, "an empty outbox", async || {
        in_state(&database, "pending").await == 0
    })
    .await;

    for (chat, fault) in REFUSALS {
        assert_eq!(said(&program, chat), ["first", "second"], "{fault:?}");
    }
    for (chat, fault) in SILENT_SUCCESSES {
        assert_eq!(
            said(&program, chat),
            ["first", "first", "second"],
            "{fault:?}"
        );
    }
    assert_eq!(in_state(&database, "dead").await, 0);
    program.stop().await;
}

#[each_database]
async fn what_cannot_be_delivered_now_is_delivered_when_telegram_is_back(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA]);
    program.telegram().go_down().await;
    post(&program, ANNA, "one").await;
    for attempts in 1..=5 {
        let made = format!(
            "SELECT COUNT(*) FROM ops_outbox WHERE attempts = {attempts} AND leased_until IS NULL"
        );
        eventually("the next attempt", async || {
            database.number(&made).await == 1
        })
        .await;
        clock.advance(Duration::minutes(5));
    }
    program.telegram().come_back().await.unwrap();

    everything_is_delivered_as_time_passes(&database, &clock).await;
    assert_eq!(said(&program, ANNA), ["one"]);
    program.stop().await;
}
