//! Which messages are commands to this bot, and where their answers go.

use sovani_ops::{
    domain::Severity,
    standin::{ChatKind, Message, Options},
};

use super::{ANNA, STRANGER, TODAY, anna, beside, healthy};
use crate::support::{
    checks::failing,
    database::{TestDatabase, on_sqlite},
    delivery::everything_is_delivered,
    program::{ALERT_CHAT, TELEGRAM_TOKEN, TestProgram, telegram_with},
};

const FORUM: i64 = -2002;

/// The program in groups where it is shown every message.
async fn all_hearing(database: &TestDatabase) -> TestProgram {
    let telegram = telegram_with(Options {
        reads_all_group_messages: true,
        ..Options::new(TELEGRAM_TOKEN, "ops_bot")
    })
    .await;
    let platform = sovani_ops::demo::Platform::healthy(TODAY);
    beside(database, &platform).await.start_on(&telegram).await
}

/// Says what is to be ignored, then asks something, and returns all that the bot has said when it has stopped.
async fn said_after(program: &mut TestProgram, chat: i64, ignored: &[&str]) -> Vec<Message> {
    let anna = anna(program);
    for text in ignored {
        anna.says(chat, text).unwrap();
    }
    program.asks(&anna, chat, "/whoami").await;
    program.stop().await;
    program.said_in(chat)
}

#[tokio::test]
async fn a_command_with_the_bots_name_works_in_any_case() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        for command in ["/whoami@ops_bot", "/WhoAmI@OPS_Bot"] {
            let answer = program.asks(&anna, ALERT_CHAT, command).await;
            assert_eq!(answer.text, "You are Anna, id 7, role admin.");
        }
    })
    .await;
}

#[tokio::test]
async fn a_command_to_another_bot_plain_text_and_a_lone_slash_are_ignored() {
    on_sqlite(async |database| {
        let ignored = [
            "/whoami@other_bot",
            "whoami",
            "look at /whoami",
            "/",
            "/ whoami",
        ];
        let mut program = all_hearing(&database).await;
        for text in ignored {
            anna(&program).says(ANNA, text).unwrap();
        }
        let in_group = said_after(&mut program, ALERT_CHAT, &ignored).await;
        assert_eq!(in_group.len(), 1, "{in_group:?}");
        assert!(program.said_in(ANNA).is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_unknown_command_is_answered_in_a_private_chat_and_ignored_in_a_group() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let answer = program.asks(&anna(&program), ANNA, "/weather").await;
        assert_eq!(
            answer.text,
            "There is no such command. /help lists all commands."
        );
        program
            .person(STRANGER, "Eve")
            .says(ALERT_CHAT, "/weather")
            .unwrap();
        let said = said_after(&mut program, ALERT_CHAT, &["/weather"]).await;
        assert_eq!(said.len(), 1, "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_in_a_group_is_tied_to_its_question_and_in_a_private_chat_is_not() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        let question = anna.says(ALERT_CHAT, "/whoami").unwrap();
        let answer = program.answer_after(ALERT_CHAT, question).await;
        assert_eq!(answer.reply_to, Some(question));
        let answer = program.asks(&anna, ANNA, "/whoami").await;
        assert_eq!(answer.reply_to, None);
    })
    .await;
}

#[tokio::test]
async fn a_question_in_a_topic_is_answered_there() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program
            .telegram()
            .add_chat(FORUM, ChatKind::Forum, "Topics");
        let topic = program.telegram().add_topic(FORUM, "Alerts").unwrap();
        let anna = anna(&program);
        for command in [
            "/whoami",
            "/run check_db_growth",
            "/remediate check_db_growth",
        ] {
            let question = anna.says_in(FORUM, topic, command).unwrap();
            let answer = program.answer_after(FORUM, question).await;
            assert_eq!(answer.thread, Some(topic), "{command}");
        }
        let in_general = program.asks(&anna, FORUM, "/whoami").await;
        assert_eq!(in_general.thread, None);
    })
    .await;
}

#[tokio::test]
async fn a_runbook_tapped_in_a_topic_appears_there() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program
            .telegram()
            .add_chat(FORUM, ChatKind::Forum, "Topics");
        let topic = program.telegram().add_topic(FORUM, "Alerts").unwrap();
        let question = anna(&program).says_in(FORUM, topic, "/runbook").unwrap();
        let list = program.answer_after(FORUM, question).await;
        anna(&program)
            .presses(FORUM, list.id, "check_db_growth")
            .unwrap();
        let runbook = program.answer_after(FORUM, list.id).await;
        assert_eq!(runbook.thread, Some(topic));
    })
    .await;
}

#[tokio::test]
async fn the_first_topic_is_the_general_one() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        telegram.add_chat(FORUM, ChatKind::Forum, "Topics");
        let platform = sovani_ops::demo::Platform::healthy(TODAY);
        let setup = beside(&database, &platform).await;
        let both = format!("{FORUM}:1,{FORUM}");
        let program = setup.with("ALERT_CHAT_IDS", both).start_on(&telegram).await;
        program.finds(&[failing("Pump", Severity::Critical)]).await;
        everything_is_delivered(&database).await;
        let [alert] = &program.said_in(FORUM)[..] else {
            panic!("one alert");
        };
        assert_eq!(alert.thread, None);
        assert!(alert.text.starts_with("🚨"), "{}", alert.text);
    })
    .await;
}
