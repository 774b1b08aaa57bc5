use serde_json::{Value, json};
use sovani_ops::standin::{ChatKind, Standing};
use teloxide::{ApiError, RequestError, prelude::Requester, types::ChatId};

use super::{ANNA, FORUM, GROUP, TOKEN, bot, call, client, done, refused, send, telegram};

fn text(text: &str) -> Value {
    json!({"chat_id": GROUP, "text": text})
}

fn html(text: &str) -> Value {
    json!({"chat_id": GROUP, "text": text, "parse_mode": "HTML"})
}

fn button(button: &Value) -> Value {
    json!({"chat_id": GROUP, "text": "a", "reply_markup": {"inline_keyboard": [[button]]}})
}

fn commands(name: &str, description: &str) -> Value {
    json!({"commands": [{"command": name, "description": description}]})
}

#[tokio::test]
async fn malformed_calls_are_refused_and_held_against_the_caller() {
    let api = telegram().await;
    let button_text = "can't parse inline keyboard button";
    let cases = [
        (
            "sendMessage",
            json!({"text": "a"}),
            "chat_id is empty".to_owned(),
        ),
        ("sendMessage", text(""), "message text is empty".to_owned()),
        (
            "sendMessage",
            text(" \n"),
            "message text is empty".to_owned(),
        ),
        (
            "sendMessage",
            html("<b></b>"),
            "message text is empty".to_owned(),
        ),
        (
            "sendMessage",
            text(&"a".repeat(4097)),
            "message is too long".to_owned(),
        ),
        (
            "sendMessage",
            html("<x>"),
            "can't parse entities: Unsupported start tag \"x\" at byte offset 0".to_owned(),
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a_b", "parse_mode": "Markdown"}),
            "can't parse entities: Can't find end of the entity starting at byte offset 1"
                .to_owned(),
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "parse_mode": "BBCode"}),
            "unsupported parse_mode".to_owned(),
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "parse_mode": "MarkdownV2"}),
            "the stand-in does not read MarkdownV2".to_owned(),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a", "callback_data": "ё".repeat(33)})),
            "BUTTON_DATA_INVALID".to_owned(),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a", "callback_data": ""})),
            "BUTTON_DATA_INVALID".to_owned(),
        ),
        (
            "sendMessage",
            button(&json!({"text": " ", "callback_data": "a"})),
            "inline keyboard button text must be non-empty".to_owned(),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a"})),
            format!("{button_text}: Text buttons are unallowed in the inline keyboard"),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a", "callback_data": "a", "url": "https://a.io"})),
            format!("{button_text}: a button must have exactly one action"),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a", "url": "ftp://a.io"})),
            "inline keyboard button URL 'ftp://a.io' is invalid: Unsupported URL protocol"
                .to_owned(),
        ),
        (
            "sendMessage",
            button(&json!({"text": "a", "url": "a"})),
            "inline keyboard button URL 'a' is invalid: Wrong HTTP URL".to_owned(),
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "reply_markup": {"inline_keyboard":
                vec![vec![json!({"text": "a", "callback_data": "a"})]; 101]}}),
            "reply markup is too long".to_owned(),
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "reply_markup": {"rows": []}}),
            "inline keyboard expected".to_owned(),
        ),
        (
            "sendChatAction",
            json!({"chat_id": GROUP, "action": "dancing"}),
            "wrong parameter action in request".to_owned(),
        ),
        (
            "setMyCommands",
            commands("Status", "a"),
            "BOT_COMMAND_INVALID".to_owned(),
        ),
        (
            "setMyCommands",
            commands("", "a"),
            "BOT_COMMAND_INVALID".to_owned(),
        ),
        (
            "setMyCommands",
            commands(&"a".repeat(33), "a"),
            "BOT_COMMAND_INVALID".to_owned(),
        ),
        (
            "setMyCommands",
            commands("a", ""),
            "BOT_COMMAND_DESCRIPTION_INVALID".to_owned(),
        ),
        (
            "setMyCommands",
            json!({"commands": vec![json!({"command": "a", "description": "a"}); 101]}),
            "BOT_COMMANDS_TOO_MUCH".to_owned(),
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "1", "text": "a".repeat(201)}),
            "MESSAGE_TOO_LONG".to_owned(),
        ),
        (
            "editMessageText",
            json!({"chat_id": GROUP, "text": "a"}),
            "message identifier is not specified".to_owned(),
        ),
    ];
    for (method, params, reason) in &cases {
        let refusal = refused(&api, method, params.clone()).await;
        assert_eq!(refusal, (400, format!("Bad Request: {reason}")), "{params}");
    }
    assert_eq!(api.refusals().len(), cases.len());
    assert!(api.bot_messages(GROUP).is_empty());
}

#[tokio::test]
async fn sixty_four_bytes_of_callback_data_are_fine() {
    let api = telegram().await;
    let fits = button(&json!({"text": "a", "callback_data": "ё".repeat(32)}));
    done(&api, "sendMessage", fits).await;
    assert!(api.refusals().is_empty());
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_method_are_turned_away() {
    let api = telegram().await;
    let url = format!("{}/bot1:x/getMe", api.url());
    let response = client().get(url).send().await.unwrap();
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["description"], "Unauthorized");
    let unknown = refused(&api, "launchRocket", json!({})).await;
    assert_eq!(unknown, (404, "Not Found".to_owned()));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let api = telegram().await;
    let url = format!("{}/bot{TOKEN}/sendMessage", api.url());
    let request = client()
        .post(url)
        .header("content-type", "application/json");
    let response = request.body("{").send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(api.refusals().len(), 1);
}

#[tokio::test]
async fn a_chat_that_is_gone_says_how() {
    let api = telegram().await;
    let small: i64 = -5;
    api.add_chat(small, ChatKind::Group, "Small");
    let cases = [
        (ANNA, Standing::Blocked, ApiError::BotBlocked),
        (ANNA, Standing::Deactivated, ApiError::UserDeactivated),
        (GROUP, Standing::Kicked, ApiError::BotKickedFromSupergroup),
        (
            small,
            Standing::Kicked,
            ApiError::Unknown("Forbidden: bot was kicked from the group chat".to_owned()),
        ),
    ];
    for (chat, standing, expected) in cases {
        api.set_standing(chat, standing).unwrap();
        let error = bot(&api).send_message(ChatId(chat), "a").await.unwrap_err();
        assert!(
            matches!(error, RequestError::Api(error) if error == expected),
            "{expected:?}"
        );
    }
    let error = bot(&api).send_message(ChatId(404), "a").await.unwrap_err();
    assert!(matches!(error, RequestError::Api(ApiError::ChatNotFound)));
    assert!(api.refusals().is_empty(), "the bot could not have known");
}

#[tokio::test]
async fn an_upgraded_group_tells_its_new_id() {
    let api = telegram().await;
    api.add_chat(-5, ChatKind::Group, "Small");
    api.migrate(-5, -1005).unwrap();
    let (status, body) = call(&api, "sendMessage", json!({"chat_id": -5, "text": "a"})).await;
    assert_eq!(status, 400);
    assert_eq!(
        body["description"],
        "Bad Request: group chat was upgraded to a supergroup chat"
    );
    let error = bot(&api).send_message(ChatId(-5), "a").await.unwrap_err();
    assert!(matches!(
        error,
        RequestError::MigrateToChatId(ChatId(-1005))
    ));
    send(&api, -1005, "a").await;
}

#[tokio::test]
async fn a_message_that_changed_meanwhile_is_nobodys_fault() {
    let api = telegram().await;
    let id = send(&api, GROUP, "a").await;
    let edit = |id: i32, text: &str| json!({"chat_id": GROUP, "message_id": id, "text": text});
    let cases = [
        (
            "editMessageText",
            edit(999, "b"),
            "message to edit not found",
        ),
        (
            "editMessageText",
            edit(id, "a"),
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ),
        (
            "deleteMessage",
            edit(999, "b"),
            "message to delete not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "reply_parameters": {"message_id": 999}}),
            "message to be replied not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": FORUM, "text": "a", "message_thread_id": 999}),
            "message thread not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": GROUP, "text": "a", "message_thread_id": 1}),
            "message thread not found",
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "1"}),
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ];
    for (method, params, reason) in cases {
        let refusal = refused(&api, method, params).await;
        assert_eq!(refusal, (400, format!("Bad Request: {reason}")));
    }
    assert!(api.refusals().is_empty());
}

#[tokio::test]
async fn the_bot_cannot_touch_what_others_wrote_in_a_group() {
    let api = telegram().await;
    let theirs = api.person(ANNA, "Anna").says(GROUP, "/status").unwrap();
    let params = json!({"chat_id": GROUP, "message_id": theirs, "text": "b"});
    for (method, reason) in [
        ("editMessageText", "Bad Request: message can't be edited"),
        ("deleteMessage", "Bad Request: message can't be deleted"),
    ] {
        let refusal = refused(&api, method, params.clone()).await;
        assert_eq!(refusal, (400, reason.to_owned()));
    }
}

#[tokio::test]
async fn teloxide_knows_the_refusals_by_name() {
    let api = telegram().await;
    let bot = bot(&api);
    let id = teloxide::types::MessageId(send(&api, GROUP, "a").await);
    let long = "a".repeat(4097);
    let cases = [
        (
            bot.send_message(ChatId(GROUP), "").await,
            ApiError::MessageTextIsEmpty,
        ),
        (
            bot.send_message(ChatId(GROUP), &long).await,
            ApiError::MessageIsTooLong,
        ),
        (
            bot.edit_message_text(ChatId(GROUP), id, &long).await,
            ApiError::EditedMessageIsTooLong,
        ),
        (
            bot.edit_message_text(ChatId(GROUP), id, "a").await,
            ApiError::MessageNotModified,
        ),
        (
            bot.edit_message_text(ChatId(GROUP), teloxide::types::MessageId(99), "a")
                .await,
            ApiError::MessageToEditNotFound,
        ),
    ];
    for (result, expected) in cases {
        let error = result.unwrap_err();
        assert!(
            matches!(&error, RequestError::Api(found) if *found == expected),
            "{error}"
        );
    }
}
