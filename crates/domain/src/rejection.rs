//! The reasons for which Telegram does not deliver messages to a chat.

use std::{fmt, str::FromStr};

use super::{UnknownWord, words};

words! {
    /// A reason that Telegram's answer names
    pub enum DeliveryProblem {
        Blocked = "blocked",
        Removed = "removed",
        NoChat = "no_chat",
        NoAccount = "no_account",
        NoGroup = "no_group",
        NotStarted = "not_started",
        NoRights = "no_rights",
        NoTopic = "no_topic",
        TopicClosed = "topic_closed",
        Markup = "markup",
        Picture = "picture",
        Unchanged = "unchanged",
        StaleQuery = "stale_query",
        NoReply = "no_reply",
    }
}

impl DeliveryProblem {
    /// In English, for the log and for other programs.
    pub fn in_english(self) -> &'static str {
        match self {
            Self::Blocked => "the bot was blocked by the user",
            Self::Removed => "the bot was removed from the chat",
            Self::NoChat => "there is no such chat",
            Self::NoAccount => "the user's account is gone",
            Self::NoGroup => "the group is gone",
            Self::NotStarted => "the person has not started the bot",
            Self::NoRights => "the bot may not write there",
            Self::NoTopic => "the topic does not exist",
            Self::TopicClosed => "the topic is closed",
            Self::Markup => "Telegram cannot read the markup",
            Self::Picture => "Telegram does not take the picture",
            Self::Unchanged => "the message is as it was already",
            Self::StaleQuery => "the press is too old to be answered",
            Self::NoReply => "the message that this one answers is gone",
        }
    }
}

/// Why messages do not reach a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    Known(DeliveryProblem),
    /// Telegram's own words, which this program does not know.
    Unknown(String),
    /// An English sentence from a row that an earlier version wrote.
    Recorded(String),
}

/// Precedes Telegram's own words in the code of a rejection.
const UNKNOWN: &str = "unknown:";

impl Rejection {
    /// As it is stored; [`FromStr`] reads it.
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Known(problem) => Some(problem.to_string()),
            Self::Unknown(words) => Some(format!("{UNKNOWN}{words}")),
            Self::Recorded(_) => None,
        }
    }
}

impl FromStr for Rejection {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        match code.strip_prefix(UNKNOWN) {
            Some(words) => Ok(Self::Unknown(words.to_owned())),
            None => code.parse().map(Self::Known),
        }
    }
}

/// In English, for the log and for other programs.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(problem) => f.write_str(problem.in_english()),
            Self::Unknown(words) => write!(f, "Telegram refused: {words}"),
            Self::Recorded(text) => f.write_str(text),
        }
    }
}
