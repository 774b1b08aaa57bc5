use std::{convert::Infallible, fmt, str::FromStr};

use super::{Timestamp, TokenName};

/// The rights of a Telegram user or of a token's holder.
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

/// The initiator of an action, as the history records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Scheduler,
    /// Over REST, with `ADMIN_TOKEN`.
    Rest,
    /// Over REST, with a token of the `API_TOKENS` file.
    Token(TokenName),
    /// Over REST, with `HEARTBEAT_TOKEN`.
    Jobs,
    User(i64),
    /// An account of the machine that the program is on.
    Terminal,
    /// A caller without any valid credential.
    Nobody,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheduler => f.write_str("scheduler"),
            Self::Rest => f.write_str("rest"),
            Self::Token(name) => write!(f, "rest:{name}"),
            Self::Jobs => f.write_str("jobs"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Terminal => f.write_str("terminal"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

impl FromStr for Actor {
    type Err = Infallible;

    /// A value from a later version reads as the scheduler's, so that the history stays readable.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let user = text.strip_prefix("user:").and_then(|id| id.parse().ok());
        let token = text
            .strip_prefix("rest:")
            .and_then(|name| name.parse().ok());
        Ok(match (user, token, text) {
            (Some(id), ..) => Self::User(id),
            (_, Some(name), _) => Self::Token(name),
            (None, None, "rest") => Self::Rest,
            (None, None, "jobs") => Self::Jobs,
            (None, None, "terminal") => Self::Terminal,
            (None, None, "nobody") => Self::Nobody,
            (None, None, _) => Self::Scheduler,
        })
    }
}

/// The author of an action, with the display name used in chats.
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

    /// The holder of the named API token.
    pub fn token(token: TokenName) -> Self {
        Self {
            actor: Actor::Token(token),
            name: format!("REST ({token})"),
        }
    }

    /// The holder of `HEARTBEAT_TOKEN`, which all jobs share.
    pub fn jobs() -> Self {
        Self {
            actor: Actor::Jobs,
            name: "HEARTBEAT_TOKEN".to_owned(),
        }
    }

    /// A caller without a token, or with a wrong one.
    pub fn nobody() -> Self {
        Self {
            actor: Actor::Nobody,
            name: "unknown".to_owned(),
        }
    }

    /// The name in the audit: for a token the token's name, because its holder can claim any display name.
    pub fn proven(&self) -> String {
        let token = match &self.actor {
            Actor::Rest => "ADMIN_TOKEN",
            Actor::Token(name) => name.as_str(),
            Actor::Scheduler | Actor::Jobs | Actor::User(_) | Actor::Terminal | Actor::Nobody => {
                return self.name.clone();
            }
        };
        if [Self::rest().name, format!("REST ({token})")].contains(&self.name) {
            token.to_owned()
        } else {
            format!("{token}, for {}", self.name)
        }
    }

    pub fn terminal(account: &str) -> Self {
        Self {
            actor: Actor::Terminal,
            name: account.to_owned(),
        }
    }

    pub fn scheduler() -> Self {
        Self {
            actor: Actor::Scheduler,
            name: "scheduler".to_owned(),
        }
    }
}

/// The time and author of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Timestamp,
    pub by: By,
}
