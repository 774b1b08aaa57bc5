//! One chat's commands in their order, chats beside each other.

use std::time::{Duration, Instant};

use serde_json::json;
use sovani_ops::{
    demo::Platform,
    standin::{Fault, Options, Scope, Times},
};

use super::{ANNA, BORIS, TODAY, anna, beside, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, TELEGRAM_TOKEN, telegram_with},
};

const ACTIVE: &str = "SELECT COUNT(*) FROM ops_silences WHERE ended_at IS NULL";
const SLOW: Duration = Duration::from_secs(8);

#[each_database]
async fn a_batch_of_one_chat_takes_effect_in_its_order(database: TestDatabase) {
    let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
    let anna = telegram.person(ANNA, "Anna");
    let rounds = 12;
    for _ in 0..rounds {
        anna.says(ANNA, "/mute 2h").unwrap();
        anna.says(ANNA, "/mute off").unwrap();
    }
    anna.says(ANNA, "/whoami").unwrap();
    let setup = beside(&database, &Platform::healthy(TODAY)).await;
    let program = setup.start_on(&telegram).await;
    program.hears(ANNA, "role admin").await;
    assert_eq!(database.number(ACTIVE).await, 0);
    let said = program.said_in(ANNA);
    let answers = said.iter().map(|message| message.text.as_str());
    let over: Vec<_> = answers
        .map(|text| text == "The silence is over.")
        .take(2 * rounds)
        .collect();
    assert_eq!(over, [false, true].repeat(rounds), "{said:#?}");
}

#[tokio::test]
async fn a_press_waits_for_the_command_before_it() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        let list = program.asks(&anna, ANNA, "/silences").await;
        program.telegram().go_down().await;
        anna.says(ANNA, "/mute 2h").unwrap();
        let press = anna.presses_data(ANNA, list.id, "unsilence:1").unwrap();
        program.telegram().come_back().await.unwrap();
        program.told(&press).await;
        assert_eq!(database.number(ACTIVE).await, 0);
        assert_eq!(
            database.number("SELECT COUNT(*) FROM ops_silences").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_chat_whose_answers_are_slow_holds_up_no_other() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let slow = Fault::Delay(SLOW);
        program
            .telegram()
            .fail(Scope::Chat(ALERT_CHAT), Times::UntilCleared, slow);
        let began = Instant::now();
        anna(&program).says(ALERT_CHAT, "/whoami").unwrap();
        let boris = program.person(BORIS, "Boris");
        program.asks(&boris, BORIS, "/whoami").await;
        assert!(began.elapsed() < SLOW, "{:?}", began.elapsed());
    })
    .await;
}

/// The checks wait for a server that does not answer; the chat does not.
#[tokio::test]
async fn a_run_of_the_checks_holds_up_nothing_in_its_chat() {
    on_sqlite(async |database| {
        let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = deaf.local_addr().unwrap();
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup
            .with("API_METRICS_URL", format!("http://{address}/metrics"))
            .with("DETECTOR_TIMEOUT_SEC", "12")
            .start()
            .await;
        let anna = anna(&program);
        let running = program
            .asks(&anna, ANNA, "/run check_api_latency_p95")
            .await;
        program.asks(&anna, ANNA, "/whoami").await;
        let message = program.message(&running);
        assert!(message.text.contains("Running"), "{}", message.text);
    })
    .await;
}

#[tokio::test]
async fn more_than_a_chat_may_keep_waiting_is_left_out_and_said() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        let slow = Fault::Delay(Duration::from_secs(2));
        program
            .telegram()
            .fail(Scope::Chat(ANNA), Times::Once, slow);
        for _ in 0..150 {
            anna.says(ANNA, "/whoami").unwrap();
        }
        program.hears(ANNA, "came at the same time").await;
    })
    .await;
}

#[tokio::test]
async fn handled_updates_are_confirmed_at_the_stop() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        program.asks(&anna(&program), ANNA, "/whoami").await;
        program.stop().await;
        let polls = program.telegram().calls_of("getUpdates");
        let last = polls.last().unwrap();
        assert_eq!(last.params["timeout"], json!(0));
        assert!(last.params["offset"].as_i64().unwrap() > 1);
    })
    .await;
}
