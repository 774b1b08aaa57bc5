//! Errors in Telegram's own words, which clients match letter by letter.

use std::fmt::{self, Display};

use serde_json::{Value, json};

use super::id::ChatId;

/// Tells if the bot could have avoided the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The call is malformed and would always be rejected.
    Caller,
    /// A correct call met a chat, message or query that has changed meanwhile.
    Circumstance,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub code: u16,
    pub description: String,
    pub cause: Cause,
    pub retry_after: Option<u64>,
    pub migrate_to: Option<ChatId>,
}

impl ApiError {
    /// A malformed call.
    pub fn bad(reason: impl Display) -> Self {
        Self::new(400, format!("Bad Request: {reason}"), Cause::Caller)
    }

    pub fn unparsable(reason: impl Display) -> Self {
        Self::bad(format_args!("can't parse entities: {reason}"))
    }

    /// A well-formed call about an object that no longer exists.
    pub fn gone(reason: impl Display) -> Self {
        Self::new(400, format!("Bad Request: {reason}"), Cause::Circumstance)
    }

    pub fn forbidden(reason: impl Display) -> Self {
        Self::new(403, format!("Forbidden: {reason}"), Cause::Circumstance)
    }

    pub fn conflict(reason: impl Display) -> Self {
        Self::new(409, format!("Conflict: {reason}"), Cause::Circumstance)
    }

    pub fn other_poller() -> Self {
        Self::conflict(
            "terminated by other getUpdates request; make sure that only one bot instance is running",
        )
    }

    /// Telegram's own words, prefix and all.
    pub fn in_words(code: u16, words: &str) -> Self {
        Self::new(code, words.to_owned(), Cause::Circumstance)
    }

    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized".to_owned(), Cause::Circumstance)
    }

    /// Telegram never sends this one: the caller is a page in this machine's browser.
    pub fn of_a_page() -> Self {
        let text = "Forbidden: this stand-in answers bots, not pages in a browser";
        Self::new(403, text.to_owned(), Cause::Circumstance)
    }

    pub fn unknown_method() -> Self {
        Self::new(404, "Not Found".to_owned(), Cause::Caller)
    }

    pub fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large".to_owned(), Cause::Caller)
    }

    pub fn server_error(code: u16) -> Self {
        let reason = match code {
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => "Internal Server Error",
        };
        Self::new(code, reason.to_owned(), Cause::Circumstance)
    }

    pub fn too_many(retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                429,
                format!("Too Many Requests: retry after {retry_after}"),
                Cause::Circumstance,
            )
        }
    }

    pub fn migrated(to: ChatId) -> Self {
        Self {
            migrate_to: Some(to),
            ..Self::gone("group chat was upgraded to a supergroup chat")
        }
    }

    pub fn to_json(&self) -> Value {
        let mut body =
            json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({"retry_after": seconds});
        }
        if let Some(chat) = self.migrate_to {
            body["parameters"] = json!({"migrate_to_chat_id": chat});
        }
        body
    }

    fn new(code: u16, description: String, cause: Cause) -> Self {
        Self {
            code,
            description,
            cause,
            retry_after: None,
            migrate_to: None,
        }
    }
}

impl Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.description)
    }
}
