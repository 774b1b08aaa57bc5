use serde_json::{Value, json};

use super::{GROUP, done, refused, telegram};

fn text(text: &str) -> Value {
    json!({"chat_id": GROUP, "text": text})
}

fn with_keyboard(rows: &Value) -> Value {
    json!({"chat_id": GROUP, "text": "a", "reply_markup": {"inline_keyboard": rows}})
}

fn command(name: &str, description: &str) -> Value {
    json!({"commands": [{"command": name, "description": description}]})
}

type Case = (&'static str, Value, &'static str);

/// Every case must be refused for its reason, and held against the caller.
async fn held_against_the_caller(cases: Vec<Case>) {
    let api = telegram().await;
    let count = cases.len();
    for (method, params, reason) in cases {
        let refusal = refused(&api, method, params.clone()).await;
        let reason = format!("Bad Request: {reason}");
        assert_eq!(refusal, (400, reason), "{method} {params}");
    }
    assert_eq!(api.refused_calls().len(), count);
    assert!(api.bot_messages(GROUP).is_empty());
}

#[tokio::test]
async fn a_text_must_be_there_fit_and_parse() {
    let marked =
        |text: &str, mode: &str| json!({"chat_id": GROUP, "text": text, "parse_mode": mode});
    held_against_the_caller(vec![
        ("sendMessage", json!({"text": "a"}), "chat_id is empty"),
        ("sendMessage", text(""), "message text is empty"),
        ("sendMessage", text(" \n"), "message text is empty"),
        (
            "sendMessage",
            marked("<b></b>", "HTML"),
            "message text is empty",
        ),
        (
            "sendMessage",
            text(&"a".repeat(4097)),
            "message is too long",
        ),
        (
            "sendMessage",
            marked("<x>", "HTML"),
            "can't parse entities: Unsupported start tag \"x\" at byte offset 0",
        ),
        (
            "sendMessage",
            marked("a_b", "Markdown"),
            "can't parse entities: Can't find end of the entity starting at byte offset 1",
        ),
        (
            "sendMessage",
            marked("a", "BBCode"),
            "unsupported parse_mode",
        ),
        (
            "sendMessage",
            marked("a", "MarkdownV2"),
            "the stand-in does not read MarkdownV2",
        ),
        (
            "editMessageText",
            text("a"),
            "message identifier is not specified",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_keyboard_must_be_well_formed() {
    let many = vec![vec![json!({"text": "a", "callback_data": "a"})]; 101];
    let cases = [
        (
            json!([[{"text": "a", "callback_data": "ё".repeat(33)}]]),
            "BUTTON_DATA_INVALID",
        ),
        (
            json!([[{"text": "a", "callback_data": ""}]]),
            "BUTTON_DATA_INVALID",
        ),
        (
            json!([[{"text": " ", "callback_data": "a"}]]),
            "inline keyboard button text must be non-empty",
        ),
        (
            json!([[{"text": "a"}]]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            json!([[{"text": "a", "callback_data": "a", "url": "https://a.io"}]]),
            "can't parse inline keyboard button: a button must have exactly one action",
        ),
        (
            json!([[{"text": "a", "url": "ftp://a.io"}]]),
            "inline keyboard button URL 'ftp://a.io' is invalid: Unsupported URL protocol",
        ),
        (
            json!([[{"text": "a", "url": "a"}]]),
            "inline keyboard button URL 'a' is invalid: Wrong HTTP URL",
        ),
        (json!(many), "reply markup is too long"),
        (json!("rows"), "inline keyboard expected"),
    ];
    let cases = cases.map(|(rows, reason)| ("sendMessage", with_keyboard(&rows), reason));
    held_against_the_caller(cases.to_vec()).await;
}

#[tokio::test]
async fn commands_answers_and_actions_have_their_limits() {
    let many = vec![json!({"command": "a", "description": "a"}); 101];
    held_against_the_caller(vec![
        (
            "setMyCommands",
            command("Status", "a"),
            "BOT_COMMAND_INVALID",
        ),
        ("setMyCommands", command("", "a"), "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            command(&"a".repeat(33), "a"),
            "BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            command("a", ""),
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            command("a", &"a".repeat(257)),
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            json!({"commands": many}),
            "BOT_COMMANDS_TOO_MUCH",
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "1", "text": "a".repeat(201)}),
            "MESSAGE_TOO_LONG",
        ),
        (
            "sendChatAction",
            json!({"chat_id": GROUP, "action": "dancing"}),
            "wrong parameter action in request",
        ),
    ])
    .await;
}

#[tokio::test]
async fn sixty_four_bytes_of_callback_data_are_fine() {
    let api = telegram().await;
    let fits = with_keyboard(&json!([[{"text": "a", "callback_data": "ё".repeat(32)}]]));
    done(&api, "sendMessage", fits).await;
    assert!(api.refused_calls().is_empty());
}
