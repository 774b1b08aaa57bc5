use bot_api_standin::{ChatAccess, ChatKind};
use serde_json::{Value, json};
use teloxide::{
    ApiError, RequestError,
    prelude::Requester,
    types::{ChatId, MessageId, UpdateKind},
};

use super::{ANNA, FORUM, GROUP, TOKEN, bot, call, client, refused, send, telegram};

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
async fn a_page_in_a_browser_makes_no_calls() {
    let api = telegram().await;
    let url = format!("{}/bot{TOKEN}/getMe", api.url());
    let of_a_page = [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "none"),
        // A name that its owner has resolve to this machine.
        ("Host", "evil.example"),
        ("Host", "127.0.0.1.evil.example:80"),
    ];
    for (name, value) in of_a_page {
        for request in [client().get(&url), client().post(&url)] {
            let response = request.header(name, value).send().await.unwrap();
            assert_eq!(response.status(), 403, "{name}: {value}");
        }
    }
    for host in ["127.0.0.1:1", "localhost", "[::1]:80"] {
        let request = client().post(&url).header("Host", host);
        assert_eq!(request.send().await.unwrap().status(), 200, "{host}");
    }
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
    assert_eq!(api.refused_calls().len(), 1);
}

#[tokio::test]
async fn a_chat_that_is_gone_says_how() {
    let api = telegram().await;
    let small: i64 = -5;
    api.add_chat(small, ChatKind::Group, "Small");
    let cases = [
        (ANNA, ChatAccess::Blocked, ApiError::BotBlocked),
        (ANNA, ChatAccess::Deactivated, ApiError::UserDeactivated),
        (GROUP, ChatAccess::Kicked, ApiError::BotKickedFromSupergroup),
        (
            small,
            ChatAccess::Kicked,
            ApiError::Unknown("Forbidden: bot was kicked from the group chat".to_owned()),
        ),
    ];
    for (chat, access, expected) in cases {
        api.set_access(chat, access).unwrap();
        let error = bot(&api).send_message(ChatId(chat), "a").await.unwrap_err();
        assert!(
            matches!(error, RequestError::Api(error) if error == expected),
            "{expected:?}"
        );
    }
    let error = bot(&api).send_message(ChatId(404), "a").await.unwrap_err();
    assert!(matches!(error, RequestError::Api(ApiError::ChatNotFound)));
    assert!(
        api.refused_calls().is_empty(),
        "the bot could not have known"
    );
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

    let updates = bot(&api).get_updates().await.unwrap();
    let UpdateKind::Message(notice) = &updates[1].kind else {
        panic!("{updates:?}");
    };
    assert_eq!(notice.migrate_to_chat_id(), Some(&ChatId(-1005)));
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
    assert!(api.refused_calls().is_empty());
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
    let id = MessageId(send(&api, GROUP, "a").await);
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
            bot.edit_message_text(ChatId(GROUP), MessageId(99), "a")
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
