//! Messages about problems with notifications, and the symbols of severities.

use std::collections::BTreeSet;

use super::{Html, MESSAGE_LIMIT, Message, Voice, clip, plain_text, say};
use crate::domain::{Rejection, Severity};

/// The longest possible host name would fill a screen.
const HOST_UNITS: usize = 80;

/// So much is quoted of Telegram's own words.
const WORDS_UNITS: usize = 200;

pub fn emoji(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "ℹ️",
        Severity::Warning => "⚠️",
        Severity::Error => "❌",
        Severity::Critical => "🚨",
    }
}

/// Tells the other chats that this one is lost.
pub fn lost_chat(voice: &Voice, chat_id: i64, reason: &Rejection) -> Message {
    let reason = why_lost(voice, reason);
    Html::new()
        .text(&say!(voice, "lost-chat"))
        .text(" ")
        .code(&chat_id.to_string())
        .text(&say!(voice, "lost-chat-why", reason = reason))
        .into()
}

/// The reason why a chat is unreachable.
pub(super) fn why_lost(voice: &Voice, reason: &Rejection) -> String {
    let words = words_of(voice, reason);
    match reason {
        Rejection::Unknown(_) => say!(voice, "lost-refused", words = words),
        Rejection::Known(_) | Rejection::Recorded(_) => words,
    }
}

fn words_of(voice: &Voice, reason: &Rejection) -> String {
    match reason {
        Rejection::Known(problem) => {
            let word = problem.as_str().replace('_', "-");
            voice.text(&format!("delivery-{word}"), &[])
        }
        Rejection::Unknown(words) | Rejection::Recorded(words) => clip(words, WORDS_UNITS),
    }
}

/// Tells the other chats that this one is reachable again.
pub fn chat_is_back(voice: &Voice, chat_id: i64) -> Message {
    let text = say!(voice, "chat-is-back", chat = chat_id.to_string());
    Html::new().text(&text).into()
}

/// Tells the chat itself that it is reachable again.
pub fn here_again(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "here-again")).into()
}

/// Replaces an alert that Telegram rejects.
pub fn not_taken(voice: &Voice, incident: Option<i64>, why: &Rejection) -> Message {
    let why = words_of(voice, why);
    let how = incident.map_or_else(|| "/incident".to_owned(), |id| format!("/incident_{id}"));
    Html::new()
        .text(&say!(voice, "not-taken", why = why, how = how))
        .into()
}

/// The database lacks tables of the platform, so these checks measure nothing.
pub fn missing_tables(
    voice: &Voice,
    database: &str,
    tables: &BTreeSet<String>,
    checks: &[&str],
) -> Message {
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    let text = say!(
        voice,
        "missing-tables",
        database = clip(database, WORDS_UNITS),
        tables = tables.join(", "),
        checks = checks.join(", ")
    );
    Html::new().text(&text).into()
}

/// Tells the other chats that this one cannot be written to, except perhaps in other topics.
pub fn no_topic(voice: &Voice, chat_id: i64) -> Message {
    let text = say!(voice, "no-topic", chat = chat_id.to_string());
    Html::new().text(&text).into()
}

/// The test alert of the setup.
pub fn test_alert(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "test-alert")).into()
}

/// Another program fetches the updates of this bot.
pub fn second_poller(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "second-poller")).into()
}

/// A webhook received the updates of this bot.
pub fn webhook_removed(voice: &Voice, host: &str) -> Message {
    let host = clip(host, HOST_UNITS);
    Html::new()
        .text(&say!(voice, "webhook-removed", host = host))
        .into()
}

/// Adds a line that the message's topic is gone, if there is room.
pub fn lost_thread(voice: &Voice, markup: &str) -> String {
    with_remark(&say!(voice, "lost-topic"), markup)
}

/// Adds a line that the message's topic is closed, if there is room.
pub fn closed_thread(voice: &Voice, markup: &str) -> String {
    with_remark(&say!(voice, "closed-topic"), markup)
}

fn with_remark(remark: &str, markup: &str) -> String {
    let note = Html::new().italic(remark).line();
    let length = note.units() + plain_text(markup).encode_utf16().count();
    if length > MESSAGE_LIMIT {
        return markup.to_owned();
    }
    note.into_markup() + markup
}
