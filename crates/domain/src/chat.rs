use std::{fmt, str::FromStr};

/// A chat, or one topic of a forum: `-100123` or `-100123:7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatTarget {
    pub chat_id: i64,
    pub thread_id: Option<i32>,
}

/// The topic that every forum has. Links name it by this number, but the Bot API does not accept it: a message without
/// a topic goes there.
const GENERAL_TOPIC: i32 = 1;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a numeric chat id such as -1001234567890, or chat:thread")]
pub struct ChatTargetError;

impl FromStr for ChatTarget {
    type Err = ChatTargetError;

    fn from_str(text: &str) -> Result<Self, ChatTargetError> {
        let (chat, thread) = match text.split_once(':') {
            Some((chat, thread)) => (chat, Some(thread.parse().map_err(|_| ChatTargetError)?)),
            None => (text, None),
        };
        match (chat.parse().map_err(|_| ChatTargetError)?, thread) {
            (0, _) | (_, Some(i32::MIN..=0)) => Err(ChatTargetError),
            (chat_id, thread_id) => Ok(Self::new(chat_id, thread_id)),
        }
    }
}

impl ChatTarget {
    pub fn new(chat_id: i64, thread_id: Option<i32>) -> Self {
        Self {
            chat_id,
            thread_id: thread_id.filter(|thread| *thread != GENERAL_TOPIC),
        }
    }
}

impl fmt::Display for ChatTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.thread_id {
            Some(thread) => write!(f, "{}:{thread}", self.chat_id),
            None => write!(f, "{}", self.chat_id),
        }
    }
}
