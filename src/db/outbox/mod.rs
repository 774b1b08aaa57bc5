//! The outbox: every message that must reach a chat, written before it is sent.
//!
//! A message is a fixed text, the standing message of an incident or a digest, which becomes pending again whenever
//! what it should say changes, or a notice on one of those. `writing` puts them there, `delivering` takes them up,
//! `recording` tells what arrived, and `failing` what did not.

mod copies;
mod delivering;
mod ended;
mod failing;
mod recording;
mod writing;

use super::states::{MessageKind, TopicLost};
use crate::domain::{Reason, Severity, Timestamp};

/// A message of a fixed text.
pub struct Draft {
    pub html: String,
    /// As JSON: what they are is the views' business.
    pub buttons: serde_json::Value,
    pub silent: bool,
}

/// The subject of a message that is kept up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Card(i64),
    Digest(i64),
}

/// One piece of news for the chats.
pub struct News {
    pub reason: Reason,
    pub alert_id: Option<i64>,
    pub silent: bool,
    pub now: Timestamp,
}

/// A standing message.
pub struct Standing {
    pub id: i64,
    /// The message is in the chat.
    pub is_sent: bool,
}

/// The result of a look for messages to deliver.
#[derive(Debug)]
pub enum Claim {
    /// Nothing is due, or another process delivers.
    Nothing,
    /// This process holds the lease of deliveries, and these are its messages.
    Messages(Vec<OutboxMessage>),
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxMessage {
    pub id: i64,
    /// The start of its wait.
    pub pending_since: Timestamp,
    pub chat_id: i64,
    pub thread_id: Option<i64>,
    /// The reason why it goes to the general topic.
    pub topic_lost: Option<TopicLost>,
    pub kind: MessageKind,
    pub reason: Option<String>,
    /// The newest alert that it reports.
    pub alert_id: Option<i64>,
    pub incident_id: Option<i64>,
    pub digest_id: Option<i64>,
    pub html: String,
    pub buttons: String,
    pub silent: bool,
    pub attempts: i64,
    /// The last attempts that failed for reasons outside the message: no answer, or a server error.
    pub stalls: i64,
    /// Tells if it waited through an outage: above 0.
    pub late: i64,
    pub revision: i64,
    /// The message in the chat that is to be edited.
    pub message_id: Option<i64>,
}

impl OutboxMessage {
    /// The subject, unless it is a fixed text.
    pub fn subject(&self) -> Option<Subject> {
        if self.kind == MessageKind::Post {
            return None;
        }
        let card = self.incident_id.map(Subject::Card);
        card.or(self.digest_id.map(Subject::Digest))
    }

    /// The subject of a standing message that is not in the chat yet.
    pub fn unseen(&self) -> Option<Subject> {
        let is_standing = self.message_id.is_none() && self.reason.is_none();
        self.subject().filter(|_| is_standing)
    }

    /// Tells if Telegram was away for longer than a moment while it waited.
    pub fn waited_through_outage(&self) -> bool {
        self.late > 0 || self.stalls >= failing::GONE_FROM
    }

    /// The reason for a notice.
    pub fn reason(&self) -> Option<Reason> {
        self.reason.as_deref()?.parse().ok()
    }
}

/// The result of a delivery.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Alerts that reached a chat for the first time.
    pub first: Vec<FirstReached>,
    /// The chat was lost or in trouble until now.
    pub chat_is_back: bool,
}

/// An alert that has reached its first chat.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FirstReached {
    pub source: String,
    pub severity: Severity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxDepth {
    pub pending: i64,
    pub oldest: Option<Timestamp>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxFate {
    pub state: super::OutboxState,
    pub last_error: Option<String>,
}

impl Subject {
    pub(super) fn incident(self) -> Option<i64> {
        match self {
            Self::Card(incident) => Some(incident),
            Self::Digest(_) => None,
        }
    }

    pub(super) fn digest(self) -> Option<i64> {
        match self {
            Self::Card(_) => None,
            Self::Digest(digest) => Some(digest),
        }
    }

    fn kind(self) -> MessageKind {
        match self {
            Self::Card(_) => MessageKind::Card,
            Self::Digest(_) => MessageKind::Digest,
        }
    }
}
