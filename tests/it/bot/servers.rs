//! Bot API servers that know less, or say more, than this program.

use serde_json::json;
use sovani_ops::{
    demo::Platform,
    standin::{BotApi, Options},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    database::on_sqlite,
    program::{TELEGRAM_TOKEN, telegram_with},
};

async fn older() -> BotApi {
    telegram_with(Options {
        is_older: true,
        ..Options::new(TELEGRAM_TOKEN, "ops_bot")
    })
    .await
}

#[tokio::test]
async fn a_server_without_the_newer_fields_is_served() {
    on_sqlite(async |database| {
        let telegram = older().await;
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup.start_on(&telegram).await;
        let answer = program.asks(&anna(&program), ANNA, "/whoami@ops_bot").await;
        assert!(answer.text.contains("role admin"));
        let list = program.asks(&anna(&program), ANNA, "/mute 2h").await;
        let press = anna(&program)
            .presses_data(ANNA, list.id, "unsilence:1")
            .unwrap();
        assert_eq!(program.told(&press).await, "The silence is over.");
    })
    .await;
}

/// Each of them comes once, and what follows it is heard.
#[tokio::test]
async fn updates_that_cannot_be_read_are_passed_over() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let telegram = program.telegram();
        let chat = json!({"id": ANNA, "type": "private"});
        for (kind, body) in [
            (
                "message",
                json!({"message_id": "seven", "text": "/mute 2h"}),
            ),
            ("message", json!(null)),
            (
                "message",
                json!({"message_id": 1, "date": 1, "chat": chat, "from": 5}),
            ),
            ("callback_query", json!({"id": 7})),
            ("edited_message", json!([])),
            (
                "message",
                json!({
                    "message_id": 900, "date": 1, "chat": chat,
                    "from": {"id": ANNA, "is_bot": false, "first_name": "Anna"},
                    "holographic_note": {"of": "a later version"},
                }),
            ),
        ] {
            telegram.push_update(kind, body);
        }
        program.asks(&anna(&program), ANNA, "/whoami").await;
        assert_eq!(
            database.number("SELECT COUNT(*) FROM ops_silences").await,
            0
        );
    })
    .await;
}

/// Fields of a later version are no reason not to understand the rest.
#[tokio::test]
async fn a_command_amid_what_nobody_knows_yet_is_obeyed() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.telegram().push_update(
            "message",
            json!({
                "message_id": 900,
                "date": chrono::Utc::now().timestamp(),
                "chat": {"id": ANNA, "type": "private", "first_name": "Anna", "mood": 3},
                "from": {"id": ANNA, "is_bot": false, "first_name": "Anna"},
                "reply_to_message": {"message_id": 899, "date": "yesterday", "poll": 7},
                "entities": "none",
                "text": "/whoami",
            }),
        );
        anna(&program).says(ANNA, "hello").unwrap();
        program.hears(ANNA, "role admin").await;
    })
    .await;
}
