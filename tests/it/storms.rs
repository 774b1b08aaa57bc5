//! Many faults at once: few messages, and no incident out of reach.

mod grouping;
mod thousand;
mod troubles;

use sovani_ops::{
    clock::Clock,
    domain::{Check, Severity},
    standin::{ChatKind, Message},
};

use crate::support::{
    checks::failing,
    database::TestDatabase,
    program::{ALERT_CHAT, Setup, TestProgram, noon},
};

/// An administrator. Alerts go to her private chat too.
const ANNA: i64 = 7;
const VERA: i64 = 9;
const CHATS: [i64; 2] = [ALERT_CHAT, ANNA];
/// More than any test sends.
const UNLIMITED: &str = "1000000";

/// Tells a group and Anna, with no budget in the way. Vera may look.
fn setup(database: &TestDatabase, clock: &Clock) -> Setup {
    Setup::beside(database)
        .at(clock)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("VIEWER_USER_IDS", VERA.to_string())
        .with("TELEGRAM_CALLS_PER_SEC", UNLIMITED)
        .with("TELEGRAM_CHAT_PER_MIN", UNLIMITED)
        .with("TELEGRAM_GROUP_PER_MIN", UNLIMITED)
}

async fn started(setup: Setup) -> TestProgram {
    let program = setup.start().await;
    program.telegram().add_chat(ANNA, ChatKind::Private, "Anna");
    program
}

/// So many faults of one severity, under names that begin alike.
fn faults(name: &str, count: usize, severity: Severity) -> Vec<Check> {
    (1..=count)
        .map(|number| failing(&format!("{name} {number}"), severity))
        .collect()
}

/// The one message that the bot has in the chat.
fn only_message(program: &TestProgram, chat: i64) -> Message {
    let [message] = &program.said_in(chat)[..] else {
        panic!("one message to {chat}: {}", program.telegram().transcript());
    };
    message.clone()
}

/// The bot's messages in the chat besides the first.
fn replies(program: &TestProgram, chat: i64) -> Vec<Message> {
    let mut said = program.said_in(chat);
    let first = said.remove(0);
    let tied = said.iter().all(|reply| reply.reply_to == Some(first.id));
    assert!(tied, "{said:#?}");
    said
}
