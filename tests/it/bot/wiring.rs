//! How the bot is put together, and what it tells Telegram about itself.

use std::time::Duration;

use serde_json::{Value, json};
use sovani_ops::{
    bot::commands::COMMANDS,
    demo::Platform,
    standin::{Membership, Options},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    database::on_sqlite,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, telegram_with},
};

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn telegram_is_given_exactly_the_commands_there_are() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let call = program
            .telegram()
            .wait_for(SOON, |state| {
                state.calls_of("setMyCommands").next().cloned()
            })
            .await
            .unwrap();
        let voice = program.cx().voice();
        let table: Vec<Value> = COMMANDS
            .iter()
            .map(|command| json!({"command": command.name, "description": command.about(&voice)}))
            .collect();
        assert_eq!(call.params["commands"], json!(table));
    })
    .await;
}

#[tokio::test]
async fn lists_that_another_program_left_for_some_are_taken_away() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        let left = [
            (json!({"type": "default"}), "ru"),
            (json!({"type": "all_private_chats"}), ""),
            (json!({"type": "all_group_chats"}), "en"),
            (json!({"type": "all_chat_administrators"}), ""),
            (json!({"type": "chat", "chat_id": ALERT_CHAT}), "ru"),
            (
                json!({"type": "chat_administrators", "chat_id": ALERT_CHAT}),
                "",
            ),
            (
                json!({"type": "chat_member", "chat_id": ALERT_CHAT, "user_id": ANNA}),
                "",
            ),
            (json!({"type": "chat", "chat_id": ANNA}), ""),
        ];
        let anna = telegram.person(ANNA, "Anna");
        anna.says(ANNA, "hello").unwrap();
        telegram
            .set_membership(ALERT_CHAT, ANNA, Membership::Administrator)
            .unwrap();
        for (scope, language) in &left {
            telegram.leave_commands(scope, language, &["old"]);
        }
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let _program = setup.start_on(&telegram).await;
        telegram
            .wait_for(SOON, |state| {
                let shown = [ANNA, ALERT_CHAT].into_iter().flat_map(|chat| {
                    ["", "en", "ru"].map(|language| state.menu(chat, ANNA, language).len())
                });
                let mut shown = shown;
                shown
                    .all(|commands| commands == COMMANDS.len())
                    .then_some(())
            })
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_list_in_the_language_of_somebody_who_writes_is_taken_away() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let telegram = program.telegram();
        let anna = anna(&program);
        telegram.set_language(ANNA, "de");
        telegram.leave_commands(&json!({"type": "all_private_chats"}), "de", &["alt"]);
        anna.says(ANNA, "/whoami").unwrap();
        let taken_away = telegram.wait_for(SOON, |state| {
            (state.menu(ANNA, ANNA, "de").len() == COMMANDS.len()).then_some(())
        });
        taken_away.await.unwrap();
    })
    .await;
}
