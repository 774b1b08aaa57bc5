//! Telegram refuses a message: for the chat's sake, or for the message's own.

use sovani_ops::{domain::Severity, telegram::Failure};
use teloxide::{ApiError, RequestError};

use super::*;
use crate::support::{
    checks::failing,
    program::{ALERT_CHAT, MANAGER},
};

/// Errors of the Bot API that are about the chat.
const OF_THE_CHAT: &[&str] = &[
    "Forbidden: bot was blocked by the user",
    "Forbidden: user is deactivated",
    "Forbidden: the group chat was deleted",
    "Forbidden: bot was kicked from the group chat",
    "Forbidden: bot was kicked from the supergroup chat",
    "Forbidden: bot was kicked from the channel chat",
    "Forbidden: bot is not a member of the group chat",
    "Forbidden: bot is not a member of the supergroup chat",
    "Forbidden: bot is not a member of the channel chat",
    "Forbidden: bot can't initiate conversation with a user",
    "Forbidden: bot can't send messages to bots",
    "Forbidden: bots can't send messages to bots",
    "Forbidden: words that nobody has heard yet",
    "Unauthorized: bot was kicked from a chat",
    "Unauthorized: bot can't initiate conversation with a user",
    "Bad Request: chat not found",
    "Bad Request: private chat not found",
    "Bad Request: user not found",
    "Bad Request: group is deactivated",
    "Bad Request: group chat was deactivated",
    "Bad Request: group chat was upgraded to a supergroup chat",
    "Bad Request: need administrator rights in the channel chat",
    "Bad Request: not enough rights to send text messages to the chat",
    "Bad Request: not enough rights to send text messages to the group chat",
    "Bad Request: have no rights to send a message",
    "Bad Request: have no write access to the chat",
    "Bad Request: CHAT_RESTRICTED",
    "Bad Request: CHAT_WRITE_FORBIDDEN",
    "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN",
    "Bad Request: CHAT_GUEST_SEND_FORBIDDEN",
    "Bad Request: CHAT_ADMIN_REQUIRED",
    "Bad Request: CHAT_FORBIDDEN",
    "Bad Request: CHANNEL_PRIVATE",
    "Bad Request: CHANNEL_INVALID",
    "Bad Request: CHAT_ID_INVALID",
    "Bad Request: PEER_ID_INVALID",
    "Bad Request: USER_IS_BLOCKED",
    "Bad Request: USER_IS_BOT",
    "Bad Request: INPUT_USER_DEACTIVATED",
    "Bad Request: USER_BANNED_IN_CHANNEL",
    "Bad Request: USER_RESTRICTED",
    "Forbidden: PRIVACY_PREMIUM_REQUIRED",
    "Bad Request: FROZEN_METHOD_INVALID",
];

/// Errors that are about the message, or about nothing in particular.
const OF_THE_MESSAGE: &[&str] = &[
    "Bad Request: message is too long",
    "Bad Request: message text is empty",
    "Bad Request: BUTTON_DATA_INVALID",
    "Bad Request: reply markup is too long",
    "Bad Request: SOMETHING_NEW",
    "Request Entity Too Large",
    "SOMETHING_NEW",
];

fn failure(words: &str) -> Failure {
    let error: ApiError = serde_json::from_value(words.into()).unwrap();
    Failure::from(&RequestError::Api(error))
}

#[test]
fn what_telegram_says_is_sorted_by_whose_fault_it_is() {
    for words in OF_THE_CHAT {
        assert!(
            matches!(failure(words), Failure::Lost(_)),
            "{words}: {:?}",
            failure(words)
        );
    }
    for words in OF_THE_MESSAGE {
        assert!(
            matches!(failure(words), Failure::Refused(_)),
            "{words}: {:?}",
            failure(words)
        );
    }
    for (words, is) in [
        ("Bad Request: TOPIC_CLOSED", Failure::ThreadClosed),
        ("Bad Request: message thread not found", Failure::NoThread),
        ("Bad Request: TOPIC_DELETED", Failure::NoThread),
        (
            "Bad Request: not enough rights to send photos to the chat",
            Failure::Picture,
        ),
        ("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", Failure::Picture),
        ("Bad Request: message to edit not found", Failure::NoMessage),
        ("Bad Request: MESSAGE_ID_INVALID", Failure::NoMessage),
        (
            "Bad Request: message to be replied not found",
            Failure::NoReply,
        ),
        ("Bad Request: REPLY_MESSAGE_ID_INVALID", Failure::NoReply),
        (
            "Internal Server Error: sent message was not found",
            Failure::Server,
        ),
        ("Bad Gateway", Failure::Server),
        ("Gateway Timeout", Failure::Server),
        ("Service Unavailable: restart", Failure::Server),
    ] {
        assert_eq!(failure(words), is, "{words}");
    }
}

/// The program with two alert chats, and the moment that its clock shows.
async fn two_chats(database: &TestDatabase) -> (TestProgram, Clock) {
    let clock = noon();
    let chats = format!("{ANNA},{ALERT_CHAT}");
    let setup = Setup::beside(database).with("ALERT_CHAT_IDS", chats);
    let program = setup.at(&clock).start().await;
    open_private_chats(&program, &[ANNA]);
    (program, clock)
}

/// Lets the waits of refused messages run out until something is true.
async fn in_time(clock: &Clock, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    eventually(what, async || {
        let so = is_so().await;
        if !so {
            clock.advance(Duration::seconds(1));
        }
        so
    })
    .await;
}

/// Telegram refuses these calls in words that say neither whose fault it is nor what to do.
fn refuses(program: &TestProgram, calls: Scope) {
    let refusal = Fault::Refused(400, "Bad Request: SOMETHING_NEW");
    program.telegram().fail(calls, Times::UntilCleared, refusal);
}

async fn is_lost(database: &TestDatabase, chat: i64) -> bool {
    let lost =
        format!("SELECT COUNT(*) FROM ops_chats WHERE chat_id = {chat} AND dead_since IS NOT NULL");
    database.number(lost).await == 1
}

#[each_database]
async fn words_that_nobody_knows_are_the_chats_fault_when_several_messages_get_them(
    database: TestDatabase,
) {
    let (mut program, clock) = two_chats(&database).await;
    refuses(&program, Scope::MessagesTo(ANNA));

    for text in ["one", "two", "three"] {
        post(&program, ANNA, text).await;
    }

    in_time(&clock, "a lost chat", async || {
        is_lost(&database, ANNA).await
    })
    .await;
    for chat in [ALERT_CHAT, MANAGER] {
        let told = program.hears(chat, "no longer reach chat 501").await;
        assert!(
            told.text
                .contains("Telegram rejects all messages there: Bad Request: SOMETHING_NEW"),
            "{told:?}"
        );
    }
    program.telegram().clear_faults();
    in_time(&clock, "all of them", async || {
        said(&program, ANNA).len() == 4
    })
    .await;
    assert_eq!(&said(&program, ANNA)[..3], ["one", "two", "three"]);
    program
        .hears(ALERT_CHAT, "Alerts reach chat 501 again")
        .await;
    program.stop().await;
}

#[each_database]
async fn one_message_alone_that_never_gets_through_is_the_chats_fault_too(database: TestDatabase) {
    let (mut program, clock) = two_chats(&database).await;
    refuses(&program, Scope::MessagesTo(ANNA));

    post(&program, ANNA, "one").await;

    in_time(&clock, "a lost chat", async || {
        is_lost(&database, ANNA).await
    })
    .await;
    program.hears(ALERT_CHAT, "no longer reach chat 501").await;
    program.stop().await;
}

#[each_database]
async fn a_refusal_of_one_text_alone_is_that_messages_fault_and_holds_up_no_other(
    database: TestDatabase,
) {
    let (mut program, clock) = two_chats(&database).await;
    refuses(&program, Scope::Saying("Pump 1 is broken".to_owned()));

    program.finds(&[failing("Pump 1", Severity::Error)]).await;
    post(&program, ANNA, "after").await;

    program.hears(ANNA, "after").await;
    let told = async || said(&program, ANNA).len() == 2;
    in_time(&clock, "a word on what cannot be shown", told).await;
    let words = "⚠️ Telegram rejects an alert (Bad Request: SOMETHING_NEW). See /incident_1";
    assert_eq!(said(&program, ANNA)[1], words);
    let given_up = async || in_state(&database, "dead").await == 2;
    in_time(&clock, "the message of each chat to be given up", given_up).await;
    assert!(!is_lost(&database, ANNA).await);
    program.stop().await;
}

#[each_database]
async fn an_alert_that_is_refused_alone_is_mentioned_and_costs_the_chat_nothing(
    database: TestDatabase,
) {
    let (mut program, clock) = two_chats(&database).await;
    refuses(&program, Scope::Saying("Pump 1 is broken".to_owned()));

    program.finds(&[failing("Pump 1", Severity::Error)]).await;

    let given_up = async || in_state(&database, "dead").await == 2;
    let what = "the alert of each chat to be given up";
    in_time(&clock, what, given_up).await;
    everything_is_delivered(&database).await;
    let words = "⚠️ Telegram rejects an alert (Bad Request: SOMETHING_NEW). See /incident_1";
    for chat in [ANNA, ALERT_CHAT] {
        assert_eq!(said(&program, chat), [words]);
    }
    program.stop().await;
}

#[each_database]
async fn an_alert_and_its_mention_that_are_refused_are_the_chats_fault(database: TestDatabase) {
    let (mut program, clock) = two_chats(&database).await;
    refuses(&program, Scope::MessagesTo(ANNA));

    program.finds(&[failing("Pump 1", Severity::Error)]).await;

    in_time(&clock, "a lost chat", async || {
        is_lost(&database, ANNA).await
    })
    .await;
    program.hears(ALERT_CHAT, "no longer reach chat 501").await;
    program.stop().await;
}

#[each_database]
async fn words_of_the_chat_cost_it_no_message_and_are_told_once(database: TestDatabase) {
    let (mut program, clock) = two_chats(&database).await;
    let refusal = Fault::Refused(400, "Bad Request: CHAT_RESTRICTED");
    // "typing…" is let through.
    program
        .telegram()
        .fail(Scope::MessagesTo(ANNA), Times::UntilCleared, refusal);

    post(&program, ANNA, "one").await;
    program
        .hears(
            ALERT_CHAT,
            "no longer reach chat 501: the bot may not write there",
        )
        .await;
    let tried = |times| {
        let telegram = program.telegram();
        async move || sends_to(telegram, ANNA).len() >= times
    };
    in_time(&clock, "more attempts", tried(4)).await;

    program.telegram().clear_faults();
    in_time(&clock, "both messages", async || {
        said(&program, ANNA).len() >= 2
    })
    .await;
    program
        .hears(ALERT_CHAT, "Alerts reach chat 501 again")
        .await;
    everything_is_delivered(&database).await;
    let back = "✅ Alerts reach this chat again. Open incidents follow.";
    assert_eq!(said(&program, ANNA), ["one", back]);
    assert_eq!(
        said(&program, ALERT_CHAT).len(),
        2,
        "{:?}",
        said(&program, ALERT_CHAT)
    );
    program.stop().await;
}

#[each_database]
async fn what_it_answers_may_be_gone_whether_telegram_forgives_that_or_not(database: TestDatabase) {
    let (mut program, _) = two_chats(&database).await;
    let refusal = Fault::Refused(400, "Bad Request: message to be replied not found");
    let to = ChatTarget {
        chat_id: ANNA,
        thread_id: None,
    };
    let address = sovani_ops::telegram::Address {
        to,
        reply_to: Some(77),
    };
    program
        .telegram()
        .fail(Scope::MessagesTo(ANNA), Times::Once, refusal);

    let telegram = &program.cx().telegram;
    let permit = telegram.permit_for(ANNA).await.unwrap();
    let sent = telegram
        .send(permit, address, &Html::new().text("answer").into())
        .await;

    assert!(sent.is_ok(), "{sent:?}");
    assert_eq!(said(&program, ANNA), ["answer"]);
    program.stop().await;
}
