//! Failures of Bot API calls, sorted by the reaction to them.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::domain::{DeliveryProblem, one_line};

/// Contains no foreign text: the client's errors can contain the address, and with it the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("Telegram asks to wait {}s", .0.as_secs())]
    RetryAfter(Duration),
    #[error("the group became the supergroup {0}")]
    Moved(i64),
    #[error("the chat is lost: {}", .0.in_english())]
    Lost(DeliveryProblem),
    #[error("{}", DeliveryProblem::NoTopic.in_english())]
    NoThread,
    #[error("{}", DeliveryProblem::TopicClosed.in_english())]
    ThreadClosed,
    #[error("{}", DeliveryProblem::Markup.in_english())]
    Markup,
    #[error("{}", DeliveryProblem::Picture.in_english())]
    Picture,
    #[error("{}", DeliveryProblem::Unchanged.in_english())]
    Unchanged,
    #[error("the message is gone or cannot be changed")]
    NoMessage,
    #[error("{}", DeliveryProblem::NoReply.in_english())]
    NoReply,
    #[error("{}", DeliveryProblem::StaleQuery.in_english())]
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
        ApiError::BotBlocked => Failure::Lost(DeliveryProblem::Blocked),
        ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => Failure::Lost(DeliveryProblem::Removed),
        ApiError::ChatNotFound => Failure::Lost(DeliveryProblem::NoChat),
        ApiError::UserDeactivated => Failure::Lost(DeliveryProblem::NoAccount),
        ApiError::GroupDeactivated => Failure::Lost(DeliveryProblem::NoGroup),
        ApiError::CantInitiateConversation => Failure::Lost(DeliveryProblem::NotStarted),
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

/// Fragments of errors that mean that the chat cannot be written to, and their meaning. The first match counts. Names
/// in capitals come from Telegram's servers.
const CHAT_REFUSALS: [(&str, DeliveryProblem); 43] = [
    ("blocked by the user", DeliveryProblem::Blocked),
    ("user_is_blocked", DeliveryProblem::Blocked),
    ("you_blocked_user", DeliveryProblem::Blocked),
    ("was kicked", DeliveryProblem::Removed),
    ("not a member", DeliveryProblem::Removed),
    ("user_not_participant", DeliveryProblem::Removed),
    ("user_banned_in_channel", DeliveryProblem::Removed),
    ("channel_private", DeliveryProblem::Removed),
    ("chat not found", DeliveryProblem::NoChat),
    ("user not found", DeliveryProblem::NoChat),
    ("peer_id_invalid", DeliveryProblem::NoChat),
    ("peer_id_not_supported", DeliveryProblem::NoChat),
    ("chat_id_invalid", DeliveryProblem::NoChat),
    ("chat_invalid", DeliveryProblem::NoChat),
    ("channel_invalid", DeliveryProblem::NoChat),
    ("user_id_invalid", DeliveryProblem::NoChat),
    ("user is deactivated", DeliveryProblem::NoAccount),
    ("user_deactivated", DeliveryProblem::NoAccount),
    ("user is deleted", DeliveryProblem::NoAccount),
    ("group chat was deleted", DeliveryProblem::NoGroup),
    ("group is deactivated", DeliveryProblem::NoGroup),
    ("chat was deactivated", DeliveryProblem::NoGroup),
    ("chat is deactivated", DeliveryProblem::NoGroup),
    ("chat_deactivated", DeliveryProblem::NoGroup),
    ("upgraded to a supergroup", DeliveryProblem::NoGroup),
    ("can't initiate conversation", DeliveryProblem::NotStarted),
    ("can't send messages to bots", DeliveryProblem::NotStarted),
    ("user_is_bot", DeliveryProblem::NotStarted),
    ("need administrator rights", DeliveryProblem::NoRights),
    ("not enough rights", DeliveryProblem::NoRights),
    ("no rights to send", DeliveryProblem::NoRights),
    ("no write access", DeliveryProblem::NoRights),
    ("write_forbidden", DeliveryProblem::NoRights),
    ("chat_restricted", DeliveryProblem::NoRights),
    ("chat_forbidden", DeliveryProblem::NoRights),
    ("send_forbidden", DeliveryProblem::NoRights),
    ("send_plain_forbidden", DeliveryProblem::NoRights),
    ("chat_admin_required", DeliveryProblem::NoRights),
    ("right_forbidden", DeliveryProblem::NoRights),
    ("user_restricted", DeliveryProblem::NoRights),
    ("privacy_premium_required", DeliveryProblem::NoRights),
    ("payment_required", DeliveryProblem::NoRights),
    ("frozen_", DeliveryProblem::NoRights),
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
    } else if let Some((_, problem)) = of_chat {
        Failure::Lost(*problem)
    } else if contains("forbidden:") {
        Failure::Lost(DeliveryProblem::NoRights)
    } else if contains("bad request") || contains("too large") || !any(&SERVER_WORDS) {
        Failure::Refused(one_line(&text.chars().take(200).collect::<String>()))
    } else {
        Failure::Server
    }
}
