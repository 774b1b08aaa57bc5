use bot_api_standin::{Action, EntityKind, Membership};
use serde_json::json;
use teloxide::{
    payloads::{EditMessageTextSetters, SendMessageSetters, SetMyCommandsSetters},
    prelude::Requester,
    types::{
        BotCommand, BotCommandScope, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, MessageId,
        ParseMode, ReplyParameters, ThreadId, UserId,
    },
};

use super::{ANNA, FORUM, GROUP, bot, call, done, send, telegram};

fn keyboard() -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[
        InlineKeyboardButton::callback("Ack", "ack:7"),
        InlineKeyboardButton::url("Runbook", "https://wiki.example/7".parse().unwrap()),
    ]])
}

#[tokio::test]
async fn the_bot_introduces_itself() {
    let api = telegram().await;
    let me = bot(&api).get_me().await.unwrap();
    assert_eq!((me.id, me.username()), (UserId(4242), "ops_bot"));
    assert!(!me.can_read_all_group_messages);
}

#[tokio::test]
async fn a_message_is_kept_as_people_see_it() {
    let api = telegram().await;
    let sent = bot(&api)
        .send_message(ChatId(GROUP), "<b>Down</b> &amp; out")
        .parse_mode(ParseMode::Html)
        .disable_notification(true)
        .reply_markup(keyboard())
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("Down & out"));
    assert_eq!(sent.reply_markup(), Some(&keyboard()));

    let message = api.message(GROUP, sent.id.0).unwrap();
    assert_eq!(message.text, "Down & out");
    assert_eq!(message.source, "<b>Down</b> &amp; out");
    assert_eq!(message.entities[0].kind, EntityKind::Bold);
    assert!(message.silent);
    assert_eq!(message.labels(), [["Ack", "Runbook"]]);
    assert_eq!(message.button("ack:7").unwrap().text, "Ack");
    let runbook = &message.button("Runbook").unwrap().action;
    assert_eq!(*runbook, Action::Url("https://wiki.example/7".to_owned()));
}

#[tokio::test]
async fn text_loses_the_white_space_around_it_and_entities_move_along() {
    let api = telegram().await;
    let params = json!({"chat_id": GROUP, "text": "\n <b>a</b> <i> </i>\n", "parse_mode": "HTML"});
    let sent = done(&api, "sendMessage", params).await;
    assert_eq!(sent["text"], "a");
    assert_eq!(
        sent["entities"],
        json!([{"type": "bold", "offset": 0, "length": 1}])
    );
}

#[tokio::test]
async fn entities_can_be_given_outright() {
    let api = telegram().await;
    let bold = json!([{"type": "bold", "offset": 0, "length": 4}]);
    let params = json!({"chat_id": GROUP, "text": "<b>a", "entities": bold});
    let sent = done(&api, "sendMessage", params).await;
    assert_eq!((&sent["text"], &sent["entities"]), (&json!("<b>a"), &bold));
}

#[tokio::test]
async fn only_a_hundred_entities_survive() {
    let api = telegram().await;
    let params = json!({"chat_id": GROUP, "text": "<b>a</b>".repeat(101), "parse_mode": "HTML"});
    let sent = done(&api, "sendMessage", params).await;
    assert_eq!(sent["entities"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn the_limit_is_4096_utf16_units_after_parsing() {
    let api = telegram().await;
    let text = format!("<b>{}</b>", "😀".repeat(2048));
    let params = json!({"chat_id": GROUP, "text": text, "parse_mode": "HTML"});
    done(&api, "sendMessage", params).await;
    let (status, body) = call(
        &api,
        "sendMessage",
        json!({"chat_id": GROUP, "text": format!("{}a", "😀".repeat(2048))}),
    )
    .await;
    assert_eq!(
        (status, &body["description"]),
        (400, &json!("Bad Request: message is too long"))
    );
}

#[tokio::test]
async fn an_edit_replaces_the_message_and_remembers_what_it_said() {
    let api = telegram().await;
    let bot = bot(&api);
    let id = MessageId(send(&api, GROUP, "open").await);
    bot.edit_message_text(ChatId(GROUP), id, "closed")
        .reply_markup(keyboard())
        .await
        .unwrap();
    bot.edit_message_reply_markup(ChatId(GROUP), id)
        .await
        .unwrap();

    let message = api.message(GROUP, id.0).unwrap();
    assert_eq!(message.text, "closed");
    assert!(message.keyboard.is_empty());
    assert_eq!(message.edits.len(), 2);
    assert_eq!(message.edits[0].text, "open");
    assert_eq!(message.edits[1].keyboard.rows.len(), 1);
}

#[tokio::test]
async fn a_deleted_message_stays_on_record() {
    let api = telegram().await;
    let id = send(&api, GROUP, "oops").await;
    bot(&api)
        .delete_message(ChatId(GROUP), MessageId(id))
        .await
        .unwrap();
    assert!(api.message(GROUP, id).unwrap().deleted);
}

#[tokio::test]
async fn a_reply_points_at_its_message_or_goes_out_without_it() {
    let api = telegram().await;
    let bot = bot(&api);
    let first = send(&api, GROUP, "down").await;
    let reply = bot
        .send_message(ChatId(GROUP), "up")
        .reply_parameters(ReplyParameters::new(MessageId(first)))
        .await
        .unwrap();
    assert_eq!(reply.reply_to_message().unwrap().text(), Some("down"));
    assert_eq!(
        api.message(GROUP, reply.id.0).unwrap().reply_to,
        Some(first)
    );

    let orphan = ReplyParameters::new(MessageId(999)).allow_sending_without_reply();
    let orphan = bot
        .send_message(ChatId(GROUP), "up")
        .reply_parameters(orphan)
        .await
        .unwrap();
    assert_eq!(api.message(GROUP, orphan.id.0).unwrap().reply_to, None);
}

#[tokio::test]
async fn a_topic_takes_messages_until_it_is_closed() {
    let api = telegram().await;
    let topic = api.add_topic(FORUM, "Alerts").unwrap();
    let post = || {
        bot(&api)
            .send_message(ChatId(FORUM), "down")
            .message_thread_id(ThreadId(MessageId(topic)))
    };
    let sent = post().await.unwrap();
    assert_eq!(sent.thread_id, Some(ThreadId(MessageId(topic))));
    assert_eq!(api.message(FORUM, sent.id.0).unwrap().thread, Some(topic));

    api.close_topic(FORUM, topic).unwrap();
    let error = post().await.unwrap_err();
    assert!(error.to_string().contains("TOPIC_CLOSED"), "{error}");
}

#[tokio::test]
async fn commands_are_published_per_scope() {
    let api = telegram().await;
    let bot = bot(&api);
    let scope = BotCommandScope::AllGroupChats;
    bot.set_my_commands([BotCommand::new("status", "How things are")])
        .scope(scope)
        .await
        .unwrap();
    assert!(bot.get_my_commands().await.unwrap().is_empty());
    let scoped = json!({"scope": {"type": "all_group_chats"}});
    let scoped = done(&api, "getMyCommands", scoped).await;
    assert_eq!(
        scoped,
        json!([{"command": "status", "description": "How things are"}])
    );
}

#[tokio::test]
async fn chats_and_members_can_be_looked_up() {
    let api = telegram().await;
    let bot = bot(&api);
    let chat = bot.get_chat(ChatId(FORUM)).await.unwrap();
    assert_eq!((chat.title(), chat.is_supergroup()), (Some("Topics"), true));
    assert!(bot.get_chat(ChatId(ANNA)).await.unwrap().is_private());

    let anna = UserId(ANNA.unsigned_abs());
    for (membership, privileged, present) in [
        (Membership::Creator, true, true),
        (Membership::Administrator, true, true),
        (Membership::Member, false, true),
        (Membership::Muted, false, true),
        (Membership::Left, false, false),
    ] {
        api.set_membership(GROUP, ANNA, membership).unwrap();
        let member = bot.get_chat_member(ChatId(GROUP), anna).await.unwrap();
        assert_eq!(
            (member.is_privileged(), member.is_present()),
            (privileged, present)
        );
    }
}

#[tokio::test]
async fn a_bot_that_is_restricted_to_reading_writes_nothing() {
    let api = telegram().await;
    let bot = bot(&api).get_me().await.unwrap().id;
    let bot = bot.0.cast_signed();
    api.set_membership(GROUP, bot, Membership::Muted).unwrap();

    for (method, what) in [("sendMessage", "text"), ("sendChatAction", "action")] {
        let params = json!({"chat_id": GROUP, what: "typing"});
        let (_, refusal) = super::refused(&api, method, params).await;
        assert_eq!(
            refusal,
            "Bad Request: not enough rights to send text messages to the chat"
        );
    }
    assert_eq!(api.refused_calls().len(), 0);
}
