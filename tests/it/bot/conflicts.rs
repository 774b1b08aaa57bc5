//! A webhook that somebody has set on the bot's token.

use std::time::Duration;

use sovani_ops::{
    demo::Platform,
    standin::{BotApi, Options},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, telegram_with},
};

const WEBHOOK: &str = "https://elsewhere.example/secret-path";
const WORD: &str = "of this bot to elsewhere.example";

fn dropped_nothing(telegram: &BotApi) {
    for call in telegram.calls_of("deleteWebhook") {
        assert!(call.params.get("drop_pending_updates").is_none());
    }
}

#[tokio::test]
async fn a_webhook_set_while_the_bot_runs_is_named_and_removed_and_nothing_is_lost() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        program.asks(&anna(&program), ANNA, "/whoami").await;
        program.telegram().set_webhook(WEBHOOK);
        anna(&program).says(ANNA, "/help").unwrap();
        let said = program.hears(ALERT_CHAT, WORD).await;
        assert!(!said.text.contains("secret-path"), "{}", said.text);
        program.hears(ANNA, "Commands").await;
        dropped_nothing(program.telegram());
        program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_webhook_from_before_is_told_too() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        telegram.set_webhook(WEBHOOK);
        telegram.person(ANNA, "Anna").says(ANNA, "/whoami").unwrap();
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup.start_on(&telegram).await;
        program.hears(ALERT_CHAT, WORD).await;
        program.hears(ANNA, "role admin").await;
        dropped_nothing(&telegram);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_webhook_is_reported_once_and_left_for_longer() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        program.asks(&anna(&program), ANNA, "/whoami").await;
        for times in 1..=2 {
            program.telegram().set_webhook(WEBHOOK);
            eventually("the webhook is removed", async || {
                program.telegram().calls_of("deleteWebhook").len() == times
            })
            .await;
        }
        program.asks(&anna(&program), ANNA, "/whoami").await;
        let removals = program.telegram().calls_of("deleteWebhook");
        let wait = removals[1].at - removals[0].at;
        assert!(wait >= Duration::from_secs(1), "{wait:?}");
        program.stop().await;
        let said = program.said_in(ALERT_CHAT);
        assert_eq!(said.len(), 1, "{said:?}");
    })
    .await;
}
