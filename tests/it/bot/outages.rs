//! Telegram is away, rejects calls, or serves another poller.

use std::time::Duration;

use sovani_ops::{
    demo::Platform,
    standin::{BotApi, Call, Fault, Options, Outcome, Scope, Times},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, TestProgram, telegram_with},
};

const SOON: Duration = Duration::from_secs(20);

async fn until_polling(program: &TestProgram) {
    program
        .telegram()
        .wait_for(SOON, |state| {
            state.calls_of("getUpdates").next().map(|_| ())
        })
        .await
        .unwrap();
}

async fn polling_failed(program: &TestProgram, reason: &str) {
    let errors = &program.cx().metrics.telegram_polling_errors_total;
    eventually("fetching updates fails", async || {
        errors.with_label_values(&[reason]).get() > 0
    })
    .await;
}

#[tokio::test]
async fn the_program_starts_without_telegram_and_answers_once_it_is_there() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        telegram.go_down().await;
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup.start_on(&telegram).await;
        polling_failed(&program, "unreachable").await;
        let not_ready = program.get("/readyz").await;
        assert_eq!(not_ready.status, 503);
        assert!(
            not_ready.text.contains("Telegram cannot be reached"),
            "{}",
            not_ready.text
        );
        anna(&program).says(ANNA, "/whoami").unwrap();
        program.telegram().come_back().await.unwrap();
        program.hears(ANNA, "role admin").await;
        program.get("/readyz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn commands_given_during_an_outage_are_answered_after_it() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        until_polling(&program).await;
        program.telegram().go_down().await;
        anna(&program).says(ANNA, "/whoami").unwrap();
        polling_failed(&program, "unreachable").await;
        program.telegram().come_back().await.unwrap();
        program.hears(ANNA, "role admin").await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_token_keeps_the_program_up_and_says_what_to_check() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new("4242:another-token", "ops_bot")).await;
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let mut program = setup.start_on(&telegram).await;
        polling_failed(&program, "token").await;
        let not_ready = program.get("/readyz").await;
        assert_eq!(not_ready.status, 503);
        assert!(
            not_ready.text.contains("check TELEGRAM_TOKEN"),
            "{}",
            not_ready.text
        );
        assert!(!not_ready.text.contains(TELEGRAM_TOKEN));
        program.get("/healthz").await.ok();
        program.stop().await;
    })
    .await;
}

/// The polls up to the first that went well after the faults.
fn polls_of_the_conflict(telegram: &BotApi) -> Vec<Call> {
    telegram
        .calls_of("getUpdates")
        .into_iter()
        .skip_while(|call| call.outcome != Outcome::Faulted(Fault::Conflict))
        .take(3)
        .collect()
}

#[tokio::test]
async fn a_second_poller_is_counted_told_once_and_never_raced() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        telegram.fail(
            Scope::method("getUpdates"),
            Times::Exactly(2),
            Fault::Conflict,
        );
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let mut program = setup.start_on(&telegram).await;
        program
            .hears(ALERT_CHAT, "Another program answers as this bot")
            .await;
        program.asks(&anna(&program), ANNA, "/whoami").await;
        let errors = &program.cx().metrics.telegram_polling_errors_total;
        assert_eq!(errors.with_label_values(&["conflict"]).get(), 2);
        let polls = polls_of_the_conflict(program.telegram());
        for pair in polls.windows(2) {
            let wait = pair[1].at - pair[0].at;
            assert!(wait > Duration::from_millis(900), "{wait:?}");
        }
        program.stop().await;
        let said = program.said_in(ALERT_CHAT);
        assert_eq!(said.len(), 1, "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_whose_markup_is_refused_arrives_as_plain_text() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let usual = program.asks(&anna(&program), ANNA, "/whoami").await;
        assert!(!usual.entities.is_empty());
        program.telegram().fail(
            Scope::method("sendMessage"),
            Times::Once,
            Fault::ParseRefusal,
        );
        let plain = program.asks(&anna(&program), ANNA, "/whoami").await;
        assert_eq!(plain.text, usual.text);
        assert!(plain.entities.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_edit_whose_markup_is_refused_arrives_as_plain_text() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.telegram().fail(
            Scope::method("editMessageText"),
            Times::Once,
            Fault::ParseRefusal,
        );
        let running = program
            .asks(&anna(&program), ANNA, "/run check_db_growth")
            .await;
        let done = program.reads(&running, "1 passed, 0 failed").await;
        assert!(done.entities.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_answer_put_off_by_telegram_arrives_after_the_wait() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program
            .telegram()
            .fail(Scope::Chat(ANNA), Times::Once, Fault::TooManyRequests(1));
        let answer = program.asks(&anna(&program), ANNA, "/whoami").await;
        assert!(answer.text.contains("role admin"));
        let sends = program.telegram().calls_of("sendMessage");
        let sends: Vec<_> = sends
            .iter()
            .filter(|call| call.chat() == Some(ANNA))
            .collect();
        assert_eq!(sends.len(), 2);
        assert!(sends[1].at - sends[0].at >= Duration::from_secs(1));
    })
    .await;
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_sent_again() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program
            .telegram()
            .fail(Scope::Chat(ANNA), Times::Exactly(2), Fault::Dropped);
        let answer = program.asks(&anna(&program), ANNA, "/whoami").await;
        assert!(answer.text.contains("role admin"));
    })
    .await;
}

#[tokio::test]
async fn a_question_that_the_database_cannot_answer_gets_an_answer_too() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        database.execute("DROP VIEW vw_ops_health").await;
        let answer = program.asks(&anna(&program), ANNA, "/health").await;
        assert_eq!(
            answer.text,
            "The database cannot be reached. Try again in a minute."
        );
        let counted = &program.cx().metrics.bot_commands_total;
        assert_eq!(counted.with_label_values(&["health", "error"]).get(), 1);
    })
    .await;
}
