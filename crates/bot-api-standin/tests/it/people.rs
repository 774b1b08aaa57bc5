use std::time::Duration;

use bot_api_standin::{ChatAccess, Options, WorldError};
use serde_json::json;
use teloxide::{
    payloads::AnswerCallbackQuerySetters,
    prelude::Requester,
    types::{CallbackQueryId, UpdateKind},
};

use super::{ANNA, FORUM, GROUP, SOON, TOKEN, bot, done, refused, send, telegram, telegram_with};

async fn send_with_button(api: &bot_api_standin::BotApi) -> i32 {
    let rows = json!([[
        {"text": "Ack", "callback_data": "ack:7"},
        {"text": "Runbook", "url": "https://a.io"},
    ]]);
    let params =
        json!({"chat_id": GROUP, "text": "Down", "reply_markup": {"inline_keyboard": rows}});
    let sent = done(api, "sendMessage", params).await;
    i32::try_from(sent["message_id"].as_i64().unwrap()).unwrap()
}

#[tokio::test]
async fn a_press_reaches_the_bot_and_its_answer_the_person() {
    let api = telegram().await;
    let message = send_with_button(&api).await;
    let press = api
        .person(ANNA, "Anna")
        .presses(GROUP, message, "Ack")
        .unwrap();
    let bot = bot(&api);
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[1].kind else {
        panic!("{updates:?}");
    };
    assert_eq!(query.data.as_deref(), Some("ack:7"));
    assert_eq!(query.from.first_name, "Anna");
    assert_eq!(query.regular_message().unwrap().text(), Some("Down"));

    assert_eq!(press.answer(), None);
    bot.answer_callback_query(query.id.clone())
        .text("Acked")
        .show_alert(true)
        .await
        .unwrap();
    bot.answer_callback_query(query.id.clone()).await.unwrap();
    let answers = api.callback_answers();
    assert_eq!(
        (answers[0].text.as_deref(), answers[0].alert),
        (Some("Acked"), true)
    );
    assert_eq!(press.answered(SOON).await.unwrap().text, None);
}

#[tokio::test]
async fn an_old_press_can_no_longer_be_answered() {
    let too_old =
        "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let api = telegram_with(Options {
        callback_lifetime: Duration::ZERO,
        ..Options::new(TOKEN, "ops_bot")
    })
    .await;
    let message = send_with_button(&api).await;
    let press = api
        .person(ANNA, "Anna")
        .presses(GROUP, message, "Ack")
        .unwrap();
    let answer = json!({"callback_query_id": press.query});
    let refusal = refused(&api, "answerCallbackQuery", answer).await;
    assert_eq!(refusal, (400, too_old.to_owned()));

    let api = telegram().await;
    let message = send_with_button(&api).await;
    let press = api
        .person(ANNA, "Anna")
        .presses(GROUP, message, "Ack")
        .unwrap();
    api.expire_presses();
    let query = CallbackQueryId(press.query.clone());
    let error = bot(&api).answer_callback_query(query).await.unwrap_err();
    assert!(error.to_string().contains(too_old), "{error}");
}

#[tokio::test]
async fn only_buttons_that_are_there_and_call_the_bot_can_be_pressed() {
    let api = telegram().await;
    let anna = api.person(ANNA, "Anna");
    let message = send_with_button(&api).await;
    let error = anna.presses(GROUP, message, "Nack").err().unwrap();
    assert_eq!(
        error.to_string(),
        format!("message {message} has no button \"Nack\"; it has [\"Ack\", \"Runbook\"]")
    );
    let error = anna.presses(GROUP, message, "Runbook").err().unwrap();
    assert_eq!(error, WorldError::NotACallback("Runbook".to_owned()));
    let error = anna.presses(GROUP, 99, "Ack").err().unwrap();
    assert_eq!(
        error,
        WorldError::NoSuchMessage {
            chat: GROUP,
            message: 99
        }
    );
    let error = anna.says(404, "hi").err().unwrap();
    assert_eq!(error, WorldError::NoSuchChat(404));
}

#[tokio::test]
async fn an_app_that_has_not_caught_up_presses_an_old_button() {
    let api = telegram().await;
    let anna = api.person(ANNA, "Anna");
    let message = send_with_button(&api).await;
    api.delete_message(GROUP, message).unwrap();
    anna.presses_data(GROUP, message, "ack:7").unwrap();
    let updates = bot(&api).get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[1].kind else {
        panic!("{updates:?}");
    };
    assert!(query.regular_message().is_none());
    assert_eq!(query.message.as_ref().unwrap().id().0, message);
}

#[tokio::test]
async fn in_a_group_the_bot_gets_only_messages_meant_for_it() {
    let api = telegram().await;
    let anna = api.person(ANNA, "Anna");
    let alert = send(&api, GROUP, "Down").await;
    anna.says(GROUP, "lunch?").unwrap();
    anna.says(GROUP, "/status").unwrap();
    anna.says(GROUP, "/status@other_bot").unwrap();
    anna.says(GROUP, "/status@ops_bot").unwrap();
    anna.says(GROUP, "thanks @ops_bot").unwrap();
    anna.replies(GROUP, alert, "on it").unwrap();
    let updates = done(&api, "getUpdates", json!({"offset": 2})).await;
    let updates = updates.as_array().unwrap().iter();
    let heard: Vec<_> = updates
        .map(|update| update["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        heard,
        ["/status", "/status@ops_bot", "thanks @ops_bot", "on it"]
    );
}

#[tokio::test]
async fn a_message_in_a_topic_carries_its_thread() {
    let api = telegram().await;
    let topic = api.add_topic(FORUM, "Alerts").unwrap();
    api.person(ANNA, "Anna")
        .says_in(FORUM, topic, "/status")
        .unwrap();
    let updates = done(&api, "getUpdates", json!({"offset": 2})).await;
    assert_eq!(updates[0]["message"]["message_thread_id"], topic);
    assert_eq!(updates[0]["message"]["chat"]["is_forum"], true);
}

#[tokio::test]
async fn a_person_who_writes_again_unblocks_the_bot() {
    let api = telegram().await;
    api.set_access(ANNA, ChatAccess::Blocked).unwrap();
    refused(&api, "sendMessage", json!({"chat_id": ANNA, "text": "a"})).await;
    api.person(ANNA, "Anna").says(ANNA, "/start").unwrap();
    send(&api, ANNA, "welcome back").await;
}
