//! The stand-in driven over HTTP, as a bot does it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod calls;
mod faults;
mod malformed;
mod markup;
mod people;
mod photos;
mod polling;
mod refusals;
mod sending;
mod watching;

use std::time::Duration;

use bot_api_standin::{BotApi, ChatKind, Options};
use serde_json::{Value, json};
use teloxide::Bot;

const TOKEN: &str = "4242:standin-test-token";
const GROUP: i64 = -100;
const FORUM: i64 = -200;
const ANNA: i64 = 7;
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(10);

/// A stand-in with a group, a forum, and Anna's private chat.
async fn telegram() -> BotApi {
    telegram_with(Options::new(TOKEN, "ops_bot")).await
}

async fn telegram_with(options: Options) -> BotApi {
    let api = BotApi::start(options).await.unwrap();
    api.add_chat(GROUP, ChatKind::Supergroup, "Ops");
    api.add_chat(FORUM, ChatKind::Forum, "Topics");
    api.person(ANNA, "Anna").says(ANNA, "/start").unwrap();
    api
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn bot(api: &BotApi) -> Bot {
    Bot::with_client(TOKEN, client()).set_api_url(api.url().parse().unwrap())
}

/// Calls a method as any HTTP client would; the status and the envelope.
async fn call(api: &BotApi, method: &str, params: Value) -> (u16, Value) {
    try_call(api, method, params).await.unwrap()
}

async fn try_call(api: &BotApi, method: &str, params: Value) -> reqwest::Result<(u16, Value)> {
    let url = format!("{}/bot{TOKEN}/{method}", api.url());
    let response = client().post(url).json(&params).send().await?;
    Ok((response.status().as_u16(), response.json().await?))
}

/// Calls a method that must succeed, and returns its result.
async fn done(api: &BotApi, method: &str, params: Value) -> Value {
    let (status, body) = call(api, method, params).await;
    assert_eq!((status, &body["ok"]), (200, &json!(true)), "{body}");
    body["result"].clone()
}

/// Calls a method that must be refused; the code and the description.
async fn refused(api: &BotApi, method: &str, params: Value) -> (u16, String) {
    let (status, body) = call(api, method, params).await;
    assert_eq!(body["ok"], false, "{body}");
    assert_eq!(body["error_code"], status, "{body}");
    (status, body["description"].as_str().unwrap().to_owned())
}

async fn send(api: &BotApi, chat: i64, text: &str) -> i32 {
    let sent = done(api, "sendMessage", json!({"chat_id": chat, "text": text})).await;
    i32::try_from(sent["message_id"].as_i64().unwrap()).unwrap()
}
