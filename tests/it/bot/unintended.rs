//! Words that are not the speaker's own, or not of now.

use std::time::Duration;

use chrono::{DateTime, Duration as Span};
use sovani_ops::{
    bot::unintended::age,
    demo::Platform,
    standin::{Guise, Options},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, TELEGRAM_TOKEN, telegram_with},
};

const HOURS: Duration = Duration::from_secs(8 * 3600);

async fn silences(database: &TestDatabase) -> i64 {
    database.number("SELECT COUNT(*) FROM ops_silences").await
}

fn guises() -> [(Guise, &'static str); 7] {
    [
        (Guise::Forwarded, "forwarded, not written by you"),
        (Guise::ForwardedOldStyle, "forwarded, not written by you"),
        (Guise::ViaBot, "written by another bot"),
        (Guise::Scheduled, "sent on schedule"),
        (Guise::Caption, "written below a picture or a file"),
        (Guise::Old(HOURS), "written 8 h before I could read it"),
        (
            Guise::Old(Duration::from_secs(360)),
            "written 6 min before I could read it",
        ),
    ]
}

#[tokio::test]
async fn unintended_changes_are_ignored_and_reported_and_questions_are_answered() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let anna = anna(&program);
        for (guise, why) in guises() {
            let message = anna.says_as(ANNA, guise.clone(), "/mute 2h").unwrap();
            let answer = program.answer_after(ANNA, message).await.text;
            let expected = format!(
                "Not done:\n/mute 2h — {why}\nIf you still mean it, send it again as a new message."
            );
            assert_eq!(answer, expected);
            let question = anna.says_as(ANNA, guise.clone(), "/whoami").unwrap();
            let answer = program.answer_after(ANNA, question).await.text;
            assert_eq!(answer, "You are Anna, id 7, role admin.", "{guise:?}");
        }
        assert_eq!(silences(&database).await, 0);
        let refused = &program.cx().metrics.bot_commands_total;
        assert_eq!(
            refused.with_label_values(&["mute", "refused"]).get(),
            u64::try_from(guises().len()).unwrap()
        );
    })
    .await;
}

#[tokio::test]
async fn a_minute_is_not_old() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let guise = Guise::Old(Duration::from_secs(60));
        let message = anna(&program).says_as(ANNA, guise, "/mute 2h").unwrap();
        program.answer_after(ANNA, message).await;
        assert_eq!(silences(&database).await, 1);
    })
    .await;
}

#[tokio::test]
async fn commands_from_an_outage_are_reported_once_and_current_ones_are_run() {
    on_sqlite(async |database| {
        let telegram = telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await;
        let anna = telegram.person(ANNA, "Anna");
        for command in ["/mute 2h", "/ack 7", "/silence all 1h"] {
            anna.says_as(ANNA, Guise::Old(HOURS), command).unwrap();
        }
        let last = anna.says(ANNA, "/mute 1h").unwrap();
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let mut program = setup.start_on(&telegram).await;
        let said = program.hears(ANNA, "Not done:").await;
        for command in ["/mute 2h", "/ack 7", "/silence all 1h"] {
            assert!(said.text.contains(command), "{}", said.text);
        }
        assert!(said.id > last);
        program.stop().await;
        assert_eq!(program.said_in(ANNA).len(), 2);
        assert_eq!(silences(&database).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_edited_message_does_nothing_and_is_told_so_once() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let anna = anna(&program);
        let typo = anna.says(ANNA, "mute 2h").unwrap();
        anna.edits(ANNA, typo, "/mute 2h").unwrap();
        let said = program.answer_after(ANNA, typo).await;
        assert!(
            said.text.contains("/mute 2h — edited after it was sent"),
            "{}",
            said.text
        );
        // A preview that has been found counts as an edit.
        anna.edits(ANNA, typo, "/mute 2h").unwrap();
        let question = anna.says(ANNA, "what").unwrap();
        anna.edits(ANNA, question, "/whoami").unwrap();
        program.hears(ANNA, "role admin").await;
        program.stop().await;
        assert_eq!(program.said_in(ANNA).len(), 2);
        assert_eq!(silences(&database).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_command_that_was_obeyed_is_not_heard_again_when_its_message_changes_unseen() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let anna = anna(&program);
        let message = anna.says(ALERT_CHAT, "/mute 2h").unwrap();
        program.answer_after(ALERT_CHAT, message).await;
        anna.edits(ALERT_CHAT, message, "/mute 2h").unwrap();
        program.asks(&anna, ALERT_CHAT, "/whoami").await;
        program.stop().await;
        assert_eq!(program.said_in(ALERT_CHAT).len(), 2);
        assert_eq!(silences(&database).await, 1);
    })
    .await;
}

#[test]
fn a_wrong_clock_makes_no_command_old() {
    let written = 1_764_500_000;
    let at = |seconds: i64| DateTime::from_timestamp(written + seconds, 0);
    for (server, here, expected) in [
        (at(2), at(2), 2),
        (at(7200), at(7200), 7200),
        // This machine's clock is ahead, and then the server's.
        (at(2), at(7200), 2),
        (at(7200), at(2), 2),
        // This machine's clock is behind, and says nothing.
        (at(7200), at(-86_400), 7200),
        (at(-86_400), at(7200), 7200),
        (at(-1), at(-1), 0),
        (at(-86_400), at(-86_400), 0),
        (None, at(7200), 7200),
        (None, None, 0),
    ] {
        assert_eq!(age(written, [server, here]), Span::seconds(expected));
    }
    assert_eq!(age(0, [at(0), at(0)]), Span::zero());
}
