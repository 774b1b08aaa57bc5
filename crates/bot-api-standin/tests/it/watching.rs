use std::time::Duration;

use bot_api_standin::Event;
use serde_json::json;
use teloxide::{
    payloads::AnswerCallbackQuerySetters,
    prelude::Requester,
    types::{CallbackQueryId, ChatAction, ChatId, MessageId},
};

use super::{ANNA, GROUP, SOON, bot, done, send, telegram};

#[tokio::test]
async fn subscribers_see_the_chat_happen() {
    let api = telegram().await;
    let bot = bot(&api);
    let mut events = api.subscribe();
    bot.send_chat_action(ChatId(GROUP), ChatAction::Typing)
        .await
        .unwrap();
    let rows = json!([[{"text": "Ack", "callback_data": "ack:7"}]]);
    let alert = json!({"chat_id": GROUP, "text": "a", "reply_markup": {"inline_keyboard": rows}});
    done(&api, "sendMessage", alert).await;
    let id = MessageId(api.messages(GROUP)[0].id);
    let press = api
        .person(ANNA, "Anna")
        .presses(GROUP, id.0, "Ack")
        .unwrap();
    let query = CallbackQueryId(press.query.clone());
    bot.answer_callback_query(query).text("Done").await.unwrap();
    bot.edit_message_text(ChatId(GROUP), id, "b").await.unwrap();
    bot.delete_message(ChatId(GROUP), id).await.unwrap();

    assert!(matches!(events.recv().await, Ok(Event::Action { action, .. }) if action == "typing"));
    assert!(matches!(
        events.recv().await,
        Ok(Event::Sent { by_bot: true, .. })
    ));
    assert!(matches!(
        events.recv().await,
        Ok(Event::Pressed { by: ANNA, .. })
    ));
    let Ok(Event::Answered(answer)) = events.recv().await else {
        panic!("no answer");
    };
    assert_eq!(answer.text.as_deref(), Some("Done"));
    assert!(matches!(events.recv().await, Ok(Event::Edited(message)) if message.text == "b"));
    assert!(matches!(events.recv().await, Ok(Event::Deleted { .. })));
}

#[tokio::test]
async fn waiting_ends_with_the_expected_event_or_with_the_conversation() {
    let api = telegram().await;
    let wait = api.wait_for(SOON, |state| state.bot_messages(GROUP).next().cloned());
    let (found, _) = tokio::join!(wait, send(&api, GROUP, "here"));
    assert_eq!(found.unwrap().text, "here");

    let timed_out = api.wait_for(Duration::ZERO, |_| None::<()>).await;
    let story = timed_out.unwrap_err().to_string();
    assert!(
        story.contains("ops_bot: here") && story.contains("Anna: /start"),
        "{story}"
    );
}
