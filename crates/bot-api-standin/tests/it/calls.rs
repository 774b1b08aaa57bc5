use bot_api_standin::{Call, Options};
use serde_json::json;

use super::{GROUP, TOKEN, call, client, send, telegram, telegram_with};

#[tokio::test]
async fn parameters_come_as_a_form_or_in_the_query_and_names_in_any_case() {
    let api = telegram().await;
    let url = format!("{}/bot{TOKEN}/SENDMESSAGE?chat_id={GROUP}", api.url());
    let keyboard = r#"{"inline_keyboard":[[{"text":"Ack","callback_data":"a"}]]}"#;
    let form = [
        ("text", "hi"),
        ("disable_notification", "true"),
        ("reply_markup", keyboard),
    ];
    let response = client().post(url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let message = api.bot_messages(GROUP).pop().unwrap();
    assert_eq!((message.text.as_str(), message.silent), ("hi", true));
    assert_eq!(message.labels(), [["Ack"]]);

    let url = format!("{}/bot{TOKEN}/getme", api.url());
    assert_eq!(client().get(url).send().await.unwrap().status(), 200);
    assert_eq!(api.calls_of("getMe").len(), 1);
}

#[tokio::test]
async fn every_call_is_logged_with_its_end() {
    let api = telegram().await;
    send(&api, GROUP, "a").await;
    call(&api, "sendMessage", json!({"chat_id": 1, "text": "b"})).await;
    let calls = api.calls_of("sendMessage");
    assert_eq!((calls[0].chat(), calls[0].text()), (Some(GROUP), Some("a")));
    assert!(calls[0].succeeded() && !calls[1].succeeded());
    assert!(calls[0].at <= calls[1].at);
}

#[tokio::test]
async fn a_long_running_stand_in_keeps_only_the_latest_calls() {
    let options = Options {
        keep_calls: Some(2),
        ..Options::new(TOKEN, "ops_bot")
    };
    let api = telegram_with(options).await;
    for text in ["a", "b", "c"] {
        send(&api, GROUP, text).await;
    }
    let calls = api.calls();
    let texts: Vec<_> = calls.iter().map(|call| call.text().unwrap()).collect();
    assert_eq!(texts, ["b", "c"]);
    assert!(calls.iter().all(Call::succeeded));
}
