//! What can go wrong with a call to the Bot API, sorted by what is to be done about it.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::domain::one_line;

/// Carries texts of our own only: the client's errors can hold the address, and with it the token.
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
            Self::NoMessage => "no_message",
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

    /// Whether the Bot API was there to say so.
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
        ApiError::BotBlocked => Failure::Lost("the bot was blocked by the user"),
        ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => Failure::Lost("the bot was removed from the chat"),
        ApiError::ChatNotFound => Failure::Lost("there is no such chat"),
        ApiError::UserDeactivated => Failure::Lost("the user's account is gone"),
        ApiError::GroupDeactivated => Failure::Lost("the group is gone"),
        ApiError::CantInitiateConversation => Failure::Lost("the person has not started the bot"),
        ApiError::CantParseEntities(_) => Failure::Markup,
        ApiError::ImageProcessFailed => Failure::Picture,
        ApiError::MessageNotModified => Failure::Unchanged,
        ApiError::MessageToEditNotFound
        | ApiError::MessageCantBeEdited
        | ApiError::MessageIdInvalid => Failure::NoMessage,
        ApiError::InvalidQueryId => Failure::StaleQuery,
        other => described(&other.to_string()),
    }
}

/// Whoever gets one of these may yet send the text. A group can bar pictures and let text through.
const PICTURE_REFUSALS: [&str; 5] = [
    "photo_invalid_dimensions",
    "too big for a photo",
    "not enough rights to send photos",
    "caption is too long",
    "chat_send_photos_forbidden",
];

/// Answers that the client has no name for.
fn described(text: &str) -> Failure {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let contains = |part: &str| text.to_ascii_lowercase().contains(part);
    if contains("thread not found") || contains("topic_deleted") {
        Failure::NoThread
    } else if contains("topic_closed") {
        Failure::ThreadClosed
    } else if PICTURE_REFUSALS.iter().any(|part| contains(part)) {
        Failure::Picture
    } else if contains("query is too old") {
        Failure::StaleQuery
    } else if contains("conflict:") {
        Failure::Conflict
    } else if contains("forbidden:")
        || contains("write_forbidden")
        || contains("not enough rights")
        || contains("no rights to send")
    {
        Failure::Lost("the bot may not write there")
    } else if contains("bad request") || contains("too large") {
        Failure::Refused(one_line(&text.chars().take(200).collect::<String>()))
    } else {
        Failure::Server
    }
}
