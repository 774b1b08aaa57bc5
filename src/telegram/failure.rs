//! Failures of Bot API calls, sorted by the reaction to them.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::domain::one_line;

/// Contains no foreign text: the client's errors can contain the address, and with it the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("Telegram asks to wait {}s", .0.as_secs())]
    RetryAfter(Duration),
    #[error("the group became the supergroup {0}")]
    Moved(i64),
    #[error("the chat is lost: {0}")]
    Lost(&'static str),
    #[error("the topic does not exist")]
    NoThread,
    #[error("the topic is closed")]
    ThreadClosed,
    #[error("Telegram cannot read the markup")]
    Markup,
    #[error("Telegram does not take the picture")]
    Picture,
    #[error("the message is as it was already")]
    Unchanged,
    #[error("the message is gone or cannot be changed")]
    NoMessage,
    #[error("the message that this one answers is gone")]
    NoReply,
    #[error("the press is too old to be answered")]
    StaleQuery,
    #[error("Telegram refused the token: check TELEGRAM_TOKEN")]
    Token,
    #[error("another instance is fetching the updates")]
    Conflict,
    #[error("Telegram refused: {0}")]
    Refused(String),
    #[error("Telegram answered with a server error")]
    Server,
    #[error("Telegram's answer cannot be read")]
    Garbled,
    #[error("no answer in time")]
    Timeout,
    #[error("Telegram cannot be reached")]
    Unreachable,
}

/// The labels of `telegram_requests_total`.
pub const OUTCOMES: [&str; 17] = [
    "ok",
    "retry_after",
    "moved",
    "lost",
    "no_thread",
    "markup",
    "picture",
    "unchanged",
    "no_message",
    "stale_query",
    "token",
    "conflict",
    "refused",
    "server",
    "garbled",
    "timeout",
    "unreachable",
];

impl Failure {
    pub fn label(&self) -> &'static str {
        match self {
            Self::RetryAfter(_) => "retry_after",
            Self::Moved(_) => "moved",
            Self::Lost(_) => "lost",
            Self::NoThread | Self::ThreadClosed => "no_thread",
            Self::Markup => "markup",
            Self::Picture => "picture",
            Self::Unchanged => "unchanged",
            Self::NoMessage | Self::NoReply => "no_message",
            Self::StaleQuery => "stale_query",
            Self::Token => "token",
            Self::Conflict => "conflict",
            Self::Refused(_) => "refused",
            Self::Server => "server",
            Self::Garbled => "garbled",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
        }
    }

    /// Tells if the Bot API itself sent this failure.
    pub fn was_answered(&self) -> bool {
        !matches!(
            self,
            Self::Token | Self::Server | Self::Garbled | Self::Timeout | Self::Unreachable
        )
    }
}

impl From<&RequestError> for Failure {
    fn from(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(seconds) => Self::RetryAfter(seconds.duration()),
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::Api(error) => api(error),
            RequestError::Network(error) if error.is_timeout() => Self::Timeout,
            RequestError::Network(_) | RequestError::Io(_) => Self::Unreachable,
            RequestError::InvalidJson { .. } => Self::Garbled,
        }
    }
}

fn api(error: &ApiError) -> Failure {
    match error {
        ApiError::InvalidToken => Failure::Token,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Failure::Conflict,
        ApiError::BotBlocked => Failure::Lost(BLOCKED),
        ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => Failure::Lost(REMOVED),
        ApiError::ChatNotFound => Failure::Lost(NO_CHAT),
        ApiError::UserDeactivated => Failure::Lost(NO_ACCOUNT),
        ApiError::GroupDeactivated => Failure::Lost(NO_GROUP),
        ApiError::CantInitiateConversation => Failure::Lost(NOT_STARTED),
        ApiError::CantParseEntities(_) => Failure::Markup,
        ApiError::ImageProcessFailed => Failure::Picture,
        ApiError::MessageNotModified => Failure::Unchanged,
        ApiError::MessageToEditNotFound
        | ApiError::MessageCantBeEdited
        | ApiError::MessageIdInvalid => Failure::NoMessage,
        ApiError::MessageToReplyNotFound => Failure::NoReply,
        ApiError::InvalidQueryId => Failure::StaleQuery,
        ApiError::Unknown(text) => described(text),
        other => described(&other.to_string()),
    }
}

/// Errors after which the text alone may still be accepted: a group can bar pictures.
const PICTURE_REFUSALS: [&str; 6] = [
    "photo_invalid_dimensions",
    "too big for a photo",
    "not enough rights to send photos",
    "caption is too long",
    "chat_send_photos_forbidden",
    "chat_send_media_forbidden",
];

const REMOVED: &str = "the bot was removed from the chat";
const BLOCKED: &str = "the bot was blocked by the user";
const NO_CHAT: &str = "there is no such chat";
const NO_ACCOUNT: &str = "the user's account is gone";
const NO_GROUP: &str = "the group is gone";
const NOT_STARTED: &str = "the person has not started the bot";
const NO_RIGHTS: &str = "the bot may not write there";

/// Fragments of errors that mean that the chat cannot be written to, and their meaning. The first match counts. Names
/// in capitals come from Telegram's servers.
const CHAT_REFUSALS: [(&str, &str); 43] = [
    ("blocked by the user", BLOCKED),
    ("user_is_blocked", BLOCKED),
    ("you_blocked_user", BLOCKED),
    ("was kicked", REMOVED),
    ("not a member", REMOVED),
    ("user_not_participant", REMOVED),
    ("user_banned_in_channel", REMOVED),
    ("channel_private", REMOVED),
    ("chat not found", NO_CHAT),
    ("user not found", NO_CHAT),
    ("peer_id_invalid", NO_CHAT),
    ("peer_id_not_supported", NO_CHAT),
    ("chat_id_invalid", NO_CHAT),
    ("chat_invalid", NO_CHAT),
    ("channel_invalid", NO_CHAT),
    ("user_id_invalid", NO_CHAT),
    ("user is deactivated", NO_ACCOUNT),
    ("user_deactivated", NO_ACCOUNT),
    ("user is deleted", NO_ACCOUNT),
    ("group chat was deleted", NO_GROUP),
    ("group is deactivated", NO_GROUP),
    ("chat was deactivated", NO_GROUP),
    ("chat is deactivated", NO_GROUP),
    ("chat_deactivated", NO_GROUP),
    ("upgraded to a supergroup", NO_GROUP),
    ("can't initiate conversation", NOT_STARTED),
    ("can't send messages to bots", NOT_STARTED),
    ("user_is_bot", NOT_STARTED),
    ("need administrator rights", NO_RIGHTS),
    ("not enough rights", NO_RIGHTS),
    ("no rights to send", NO_RIGHTS),
    ("no write access", NO_RIGHTS),
    ("write_forbidden", NO_RIGHTS),
    ("chat_restricted", NO_RIGHTS),
    ("chat_forbidden", NO_RIGHTS),
    ("send_forbidden", NO_RIGHTS),
    ("send_plain_forbidden", NO_RIGHTS),
    ("chat_admin_required", NO_RIGHTS),
    ("right_forbidden", NO_RIGHTS),
    ("user_restricted", NO_RIGHTS),
    ("privacy_premium_required", NO_RIGHTS),
    ("payment_required", NO_RIGHTS),
    ("frozen_", NO_RIGHTS),
];

const REPLY_REFUSALS: [&str; 5] = [
    "message to be replied not found",
    "message to reply not found",
    "replied message not found",
    "reply_message_id_invalid",
    "reply_to_invalid",
];

const MESSAGE_REFUSALS: [&str; 6] = [
    "message to edit not found",
    "message can't be edited",
    "no text in the message to edit",
    "message_edit_time_expired",
    "message_author_required",
    "message_id_invalid",
];

/// Fragments of errors of the servers themselves, and of proxies before them.
const SERVER_WORDS: [&str; 8] = [
    "internal",
    "gateway",
    "unavailable",
    "server error",
    "timeout",
    "timed out",
    "timedout",
    "restart",
];

/// Errors that the client library does not know.
fn described(text: &str) -> Failure {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = text.to_ascii_lowercase();
    let contains = |part: &str| lower.contains(part);
    let any = |parts: &[&str]| parts.iter().any(|part| contains(part));
    let of_chat = CHAT_REFUSALS.iter().find(|(part, _)| contains(part));
    if any(&["thread not found", "topic_deleted", "topic_id_invalid"]) {
        Failure::NoThread
    } else if contains("topic_closed") {
        Failure::ThreadClosed
    } else if any(&PICTURE_REFUSALS) {
        Failure::Picture
    } else if contains("query is too old") {
        Failure::StaleQuery
    } else if contains("conflict:") {
        Failure::Conflict
    } else if any(&REPLY_REFUSALS) {
        Failure::NoReply
    } else if any(&MESSAGE_REFUSALS) {
        Failure::NoMessage
    } else if let Some((_, reason)) = of_chat {
        Failure::Lost(reason)
    } else if contains("forbidden:") {
        Failure::Lost(NO_RIGHTS)
    } else if contains("bad request") || contains("too large") || !any(&SERVER_WORDS) {
        Failure::Refused(one_line(&text.chars().take(200).collect::<String>()))
    } else {
        Failure::Server
    }
}
