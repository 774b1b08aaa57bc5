//! Delivery: in order, again until it arrives, and nobody held up by another's trouble.

mod instances;
mod quiet;
mod refused;
mod troubles;
mod turns;

use std::time::Instant;

use chrono::Duration;
use sovani_ops::{
    clock::Clock,
    domain::ChatTarget,
    standin::{ChatKind, Fault, Scope, Times},
    views::Html,
};

use crate::support::{
    conversation::sends_to,
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    delivery::everything_is_delivered,
    program::{Setup, TestProgram, noon},
};

const ANNA: i64 = 501;
const BORIS: i64 = 502;

fn open_private_chats(program: &TestProgram, chats: &[i64]) {
    for chat in chats {
        program
            .telegram()
            .add_chat(*chat, ChatKind::Private, "Somebody");
    }
}

async fn post(program: &TestProgram, chat: i64, text: &str) {
    let to = ChatTarget {
        chat_id: chat,
        thread_id: None,
    };
    let message = Html::new().text(text).into();
    program.cx().post(&[to], message).await.unwrap();
}

fn said(program: &TestProgram, chat: i64) -> Vec<String> {
    let said = program.said_in(chat).into_iter();
    said.map(|message| message.text).collect()
}

async fn in_state(database: &TestDatabase, state: &str) -> i64 {
    database
        .number(format!(
            "SELECT COUNT(*) FROM ops_outbox WHERE state = '{state}'"
        ))
        .await
}

/// Lets every back-off run out: an attempt that was under way while Telegram came back may have failed yet.
async fn everything_is_delivered_as_time_passes(database: &TestDatabase, clock: &Clock) {
    eventually("an empty outbox", async || {
        clock.advance(Duration::seconds(30));
        in_state(database, "pending").await == 0
    })
    .await;
}

async fn attempted(database: &TestDatabase, messages: i64) {
    let failed = "SELECT COUNT(*) FROM ops_outbox WHERE last_error IS NOT NULL";
    eventually("a failed attempt", async || {
        database.number(failed).await == messages
    })
    .await;
}

/// The value of a metric without labels, as a scraper reads it.
async fn scraped(program: &TestProgram, name: &str) -> f64 {
    let page = program.get("/metrics").await.text;
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap().parse().unwrap()
}

#[each_database]
async fn a_chat_reads_its_messages_in_order_even_when_the_first_fails(database: TestDatabase) {
    let mut program = Setup::beside(&database).at(&Clock::system()).start().await;
    open_private_chats(&program, &[ANNA]);
    program
        .telegram()
        .fail(Scope::Chat(ANNA), Times::Once, Fault::Dropped);

    for text in ["one", "two", "three", "four"] {
        post(&program, ANNA, text).await;
    }

    everything_is_delivered(&database).await;
    assert_eq!(said(&program, ANNA), ["one", "two", "three", "four"]);
    program.stop().await;
}

#[each_database]
async fn a_chat_that_asks_to_wait_holds_up_no_other(database: TestDatabase) {
    let mut program = Setup::beside(&database).at(&Clock::system()).start().await;
    open_private_chats(&program, &[ANNA, BORIS]);
    program
        .telegram()
        .fail(Scope::Chat(ANNA), Times::Once, Fault::TooManyRequests(3));

    post(&program, ANNA, "one").await;
    attempted(&database, 1).await;
    post(&program, ANNA, "two").await;
    post(&program, BORIS, "three").await;
    program.hears(BORIS, "three").await;
    assert!(said(&program, ANNA).is_empty());
    everything_is_delivered(&database).await;

    assert_eq!(said(&program, ANNA), ["one", "two"]);
    let calls = sends_to(program.telegram(), ANNA);
    let at: Vec<Instant> = calls.iter().map(|call| call.at).collect();
    assert_eq!(at.len(), 3);
    assert!(
        at[1] - at[0] >= std::time::Duration::from_secs(3),
        "{:?}",
        at[1] - at[0]
    );
    program.stop().await;
}

#[each_database]
async fn week_old_news_is_given_up_and_counted(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA, BORIS]);
    program.telegram().go_down().await;
    post(&program, ANNA, "old").await;
    attempted(&database, 1).await;
    clock.advance(Duration::days(6));
    post(&program, BORIS, "younger").await;
    clock.advance(Duration::days(1) + Duration::seconds(1));

    eventually("one message given up", async || {
        in_state(&database, "dead").await == 1
    })
    .await;
    program.telegram().come_back().await.unwrap();
    everything_is_delivered_as_time_passes(&database, &clock).await;

    assert_eq!(said(&program, ANNA), [""; 0]);
    assert_eq!(said(&program, BORIS), ["younger"]);
    assert!((scraped(&program, "ops_outbox_given_up_total").await - 1.0).abs() < 0.1);
    let why = "SELECT last_error FROM ops_outbox WHERE state = 'dead'";
    assert_eq!(database.texts(why).await, ["older than a week"]);
    program.stop().await;
}

#[each_database]
async fn the_gauges_show_how_much_waits_and_for_how_long(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA, BORIS]);
    program.telegram().go_down().await;
    post(&program, ANNA, "one").await;
    attempted(&database, 1).await;
    clock.advance(Duration::seconds(50));
    post(&program, BORIS, "two").await;
    clock.advance(Duration::seconds(40));

    assert!((scraped(&program, "ops_outbox_messages").await - 2.0).abs() < 0.1);
    assert!((scraped(&program, "ops_outbox_oldest_age_seconds").await - 90.0).abs() < 0.1);

    program.telegram().come_back().await.unwrap();
    everything_is_delivered_as_time_passes(&database, &clock).await;
    assert!(scraped(&program, "ops_outbox_messages").await.abs() < 0.1);
    assert!(
        scraped(&program, "ops_outbox_oldest_age_seconds")
            .await
            .abs()
            < 0.1
    );
    program.stop().await;
}
