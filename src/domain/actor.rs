use std::{convert::Infallible, fmt, str::FromStr};

use super::Timestamp;

/// What a Telegram user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Stranger,
    Viewer,
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stranger => "stranger",
            Self::Viewer => "viewer",
            Self::Admin => "admin",
        })
    }
}

/// Who or what set something going, as the history records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Scheduler,
    Rest,
    User(i64),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheduler => f.write_str("scheduler"),
            Self::Rest => f.write_str("rest"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = Infallible;

    /// What a later version has written reads as the scheduler's: a history must not become unreadable.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let user = text.strip_prefix("user:").and_then(|id| id.parse().ok());
        Ok(match (user, text) {
            (Some(id), _) => Self::User(id),
            (None, "rest") => Self::Rest,
            (None, _) => Self::Scheduler,
        })
    }
}

/// Somebody who did something, by the name that the chats know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: Actor,
    pub name: String,
}

impl By {
    pub fn user(id: i64, name: &str) -> Self {
        Self {
            actor: Actor::User(id),
            name: name.to_owned(),
        }
    }

    pub fn rest() -> Self {
        Self {
            actor: Actor::Rest,
            name: "REST".to_owned(),
        }
    }
}

/// When something was done, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Timestamp,
    pub by: By,
}
