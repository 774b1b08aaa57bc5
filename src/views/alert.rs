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
    let reason = voice.translate(&LOST, reason);
    Html::new()
        .text(&say!(voice, "lost-chat"))
        .text(" ")
        .code(&chat_id.to_string())
        .text(&say!(voice, "lost-chat-why", reason = reason))
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
