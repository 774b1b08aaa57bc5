//! Ids that stand for anybody open no door.

use serde_json::json;
use sovani_ops::{
    settings::{Settings, Source},
    standin::{ChatKind, Guise, Membership},
};

use super::{ANNA, anna, healthy};
use crate::support::{
    database::on_sqlite,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, TestProgram},
};

const CHANNEL: i64 = -1_009_009;
const WORD: &str = "This was sent as a chat or a bot, so I cannot tell who sent it. \
    Turn anonymity off and write as yourself, or write to me in a private chat.";

/// The answer to what Anna, an administrator of this bot, says in such a way.
async fn answer_to(program: &TestProgram, chat: i64, guise: Guise, text: &str) -> String {
    let question = anna(program).says_as(chat, guise, text).unwrap();
    program.answer_after(chat, question).await.text
}

fn refused(values: [(&str, &str); 2]) -> String {
    let source = Source::fixed(values);
    let refused = Settings::load(&source, &sovani_ops::actions::known());
    refused.unwrap_err().to_string()
}

#[test]
fn ids_that_stand_for_anybody_are_no_setting() {
    for name in ["ADMIN_USER_IDS", "VIEWER_USER_IDS"] {
        for (ids, whom) in [
            ("7,1087968824", "every anonymous administrator"),
            ("136817688", "in the name of a channel"),
            ("777000", "linked channels"),
            ("-1001234567890", "a chat, and so everybody in it"),
        ] {
            let said = refused([(name, ids), ("BOT_LANG", "en")]);
            assert!(said.contains(name) && said.contains(whom), "{said}");
            assert!(said.contains("turns anonymity off"), "{said}");
        }
        let said = refused([(name, "4242"), ("TELEGRAM_TOKEN", TELEGRAM_TOKEN)]);
        assert!(
            said.contains(name) && said.contains("the bot itself"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_sender_who_posts_as_a_chat_is_ignored_and_told_what_to_do() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let guises = [
            Guise::Anonymous,
            Guise::Channel(CHANNEL),
            Guise::LinkedChannel(CHANNEL),
        ];
        // Of all that ask in one chat not each gets an answer, so each asks in another.
        for (chat, guise) in (-2003..).zip(guises) {
            program
                .telegram()
                .add_chat(chat, ChatKind::Supergroup, "Ops");
            for command in ["/mute 2h", "/whoami"] {
                let said = answer_to(&program, chat, guise.clone(), command).await;
                assert_eq!(said, WORD, "{guise:?} {command}");
                assert!(!said.contains("1087968824") && !said.contains("id is"));
            }
            let silences = database.number("SELECT COUNT(*) FROM ops_silences").await;
            assert_eq!(silences, 0, "{guise:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_command_in_the_name_of_a_group_is_left_alone() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        anna(&program)
            .says_as(ALERT_CHAT, Guise::Anonymous, "/weather")
            .unwrap();
        program.asks(&anna(&program), ALERT_CHAT, "/whoami").await;
        program.stop().await;
        assert_eq!(program.said_in(ALERT_CHAT).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_command_posted_in_a_channel_is_nobodys() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let channel = json!({"id": ALERT_CHAT, "type": "channel", "title": "News"});
        program.telegram().push_update(
            "channel_post",
            json!({
                "message_id": 5,
                "date": 1_700_000_000,
                "chat": channel,
                "sender_chat": channel,
                "text": "/mute 2h",
            }),
        );
        program.hears(ALERT_CHAT, "Turn anonymity off").await;
        let silences = database.number("SELECT COUNT(*) FROM ops_silences").await;
        assert_eq!(silences, 0);
    })
    .await;
}

#[tokio::test]
async fn a_refused_command_posted_as_a_group_is_recorded() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        answer_to(&program, ALERT_CHAT, Guise::Anonymous, "/mute 2h").await;
        let record =
            "SELECT COUNT(*) FROM ops_audit WHERE subject = '/mute' AND outcome = 'refused'";
        assert_eq!(database.number(record).await, 1);
    })
    .await;
}

/// Telegram names the person who presses, however they write.
#[tokio::test]
async fn a_press_counts_by_the_person_behind_it() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        program
            .telegram()
            .set_membership(ALERT_CHAT, ANNA, Membership::Administrator)
            .unwrap();
        let list = program.asks(&anna, ALERT_CHAT, "/mute 2h").await;
        let other_bot = json!({
            "id": "9",
            "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"},
            "message": {
                "message_id": list.id,
                "date": 1_700_000_000,
                "chat": {"id": ALERT_CHAT, "type": "supergroup", "title": "Ops"},
            },
            "data": "unsilence:1",
        });
        program.telegram().push_update("callback_query", other_bot);
        let active = "SELECT COUNT(*) FROM ops_silences WHERE ended_at IS NULL";
        program.asks(&anna, ALERT_CHAT, "/silences").await;
        assert_eq!(database.number(active).await, 1);
        let press = anna
            .presses_data(ALERT_CHAT, list.id, "unsilence:1")
            .unwrap();
        program.told(&press).await;
        assert_eq!(database.number(active).await, 0);
    })
    .await;
}
