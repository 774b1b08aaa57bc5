//! What goes wrong with telling, and how severities look.

use super::{Html, MESSAGE_LIMIT, Message, Voice, clip, plain_text, say};
use crate::domain::Severity;

/// Why a chat can be lost, in the words of `telegram::Failure`.
const LOST: [&str; 7] = [
    "lost-blocked",
    "lost-removed",
    "lost-no-chat",
    "lost-no-account",
    "lost-no-group",
    "lost-not-started",
    "lost-no-rights",
];

/// The longest host name that there is takes more than a screen.
const HOST_UNITS: usize = 80;

/// What the reason begins with when Telegram's own words follow.
const REFUSED: &str = "Telegram refused: ";
const WORDS_UNITS: usize = 200;

pub fn emoji(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "ℹ️",
        Severity::Warning => "⚠️",
        Severity::Error => "❌",
        Severity::Critical => "🚨",
    }
}

/// A chat that messages no longer reach, told to the others.
pub fn lost_chat(voice: &Voice, chat_id: i64, reason: &str) -> Message {
    let reason = why_lost(voice, reason);
    Html::new()
        .text(&say!(voice, "lost-chat"))
        .text(" ")
        .code(&chat_id.to_string())
        .text(&say!(voice, "lost-chat-why", reason = reason))
        .into()
}

/// Why a chat cannot be reached. What Telegram says in words that nobody knows is told as it is.
pub(super) fn why_lost(voice: &Voice, reason: &str) -> String {
    match reason.strip_prefix(REFUSED) {
        Some(words) => say!(voice, "lost-refused", words = clip(words, WORDS_UNITS)),
        None => voice.translate(&LOST, reason),
    }
}

/// A lost chat that messages reach again, told to the others.
pub fn chat_is_back(voice: &Voice, chat_id: i64) -> Message {
    let text = say!(voice, "chat-is-back", chat = chat_id.to_string());
    Html::new().text(&text).into()
}

/// The same, told in the chat itself.
pub fn here_again(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "here-again")).into()
}

/// An alert that Telegram does not take as it is, told in its place.
pub fn not_taken(voice: &Voice, incident: Option<i64>, why: &str) -> Message {
    let why = clip(why.strip_prefix(REFUSED).unwrap_or(why), WORDS_UNITS);
    let how = incident.map_or_else(|| "/incident".to_owned(), |id| format!("/incident_{id}"));
    Html::new()
        .text(&say!(voice, "not-taken", why = why, how = how))
        .into()
}

/// A chat that takes no messages, though its other topics may, told to the others.
pub fn no_topic(voice: &Voice, chat_id: i64) -> Message {
    let text = say!(voice, "no-topic", chat = chat_id.to_string());
    Html::new().text(&text).into()
}

/// Shows whoever sets the program up that alerts arrive.
pub fn test_alert(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "test-alert")).into()
}

/// Somebody else fetches the updates of this bot's token.
pub fn second_poller(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "second-poller")).into()
}

/// Somebody had the updates of this bot's token sent elsewhere.
pub fn webhook_removed(voice: &Voice, host: &str) -> Message {
    let host = clip(host, HOST_UNITS);
    Html::new()
        .text(&say!(voice, "webhook-removed", host = host))
        .into()
}

/// Says on top of a message that its topic is gone, if there is room: the message itself matters more.
pub fn lost_thread(voice: &Voice, markup: &str) -> String {
    with_remark(&say!(voice, "lost-topic"), markup)
}

/// Says on top of a message that its topic takes no messages, if there is room.
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
