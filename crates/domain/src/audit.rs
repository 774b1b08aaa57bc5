use std::{fmt, str::FromStr};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{By, Timestamp};

/// By which way somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    Chat,
    Rest,
    /// A job that tells of itself, over REST.
    Heartbeat,
    Schedule,
    /// A command on the machine itself.
    Terminal,
}

impl Door {
    pub const ALL: [Self; 5] = [
        Self::Chat,
        Self::Rest,
        Self::Heartbeat,
        Self::Schedule,
        Self::Terminal,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Rest => "rest",
            Self::Heartbeat => "heartbeat",
            Self::Schedule => "schedule",
            Self::Terminal => "terminal",
        }
    }
}

/// Whence somebody acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub door: Door,
    /// The chat, or the client's address; empty for the schedule and the terminal.
    pub from: String,
}

/// Somebody who acts, and whence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub by: By,
    pub origin: Origin,
}

impl Who {
    pub fn in_chat(by: By, chat: i64) -> Self {
        Self::of(by, Door::Chat, chat.to_string())
    }

    pub fn over_rest(by: By, address: impl fmt::Display) -> Self {
        Self::of(by, Door::Rest, address.to_string())
    }

    pub fn of_job(by: By, address: impl fmt::Display) -> Self {
        Self::of(by, Door::Heartbeat, address.to_string())
    }

    pub fn scheduler() -> Self {
        Self::of(By::scheduler(), Door::Schedule, String::new())
    }

    /// Whoever runs a command, as an account of the machine.
    pub fn at_terminal(account: &str) -> Self {
        Self::of(By::terminal(account), Door::Terminal, String::new())
    }

    /// Whoever may signal the process: the host's administrator, or its service manager.
    pub fn on_signal(signal: &str) -> Self {
        let by = By {
            name: signal.to_owned(),
            ..By::scheduler()
        };
        Self::of(by, Door::Schedule, String::new())
    }

    fn of(by: By, door: Door, from: String) -> Self {
        let origin = Origin { door, from };
        Self { by, origin }
    }
}

/// What changes the state of things, or was to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Acknowledge,
    Resolve,
    Silence,
    EndSilence,
    Propose,
    Confirm,
    Cancel,
    Remediate,
    RunDetectors,
    ReloadSettings,
    Backup,
    /// Jobs have told of themselves so often.
    Heartbeat,
    /// An administrator's act that somebody without the right asked for.
    Forbidden,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an act of the audit")]
pub struct UnknownAct;

impl Act {
    pub const ALL: [Self; 13] = [
        Self::Acknowledge,
        Self::Resolve,
        Self::Silence,
        Self::EndSilence,
        Self::Propose,
        Self::Confirm,
        Self::Cancel,
        Self::Remediate,
        Self::RunDetectors,
        Self::ReloadSettings,
        Self::Backup,
        Self::Heartbeat,
        Self::Forbidden,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
            Self::Silence => "silence",
            Self::EndSilence => "end_silence",
            Self::Propose => "propose",
            Self::Confirm => "confirm",
            Self::Cancel => "cancel",
            Self::Remediate => "remediate",
            Self::RunDetectors => "run_detectors",
            Self::ReloadSettings => "reload_settings",
            Self::Backup => "backup",
            Self::Heartbeat => "heartbeat",
            Self::Forbidden => "forbidden",
        }
    }
}

impl FromStr for Act {
    type Err = UnknownAct;

    fn from_str(text: &str) -> Result<Self, UnknownAct> {
        let found = Self::ALL.into_iter().find(|act| act.as_str() == text);
        found.ok_or(UnknownAct)
    }
}

/// What came of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActOutcome {
    Done,
    Refused,
    Failed,
}

impl ActOutcome {
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What a row of the audit says, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct AuditEntry<'a> {
    pub at: Timestamp,
    pub actor: &'a str,
    pub actor_name: &'a str,
    pub door: &'a str,
    pub origin: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub outcome: &'a str,
    pub detail: &'a str,
}

impl AuditEntry<'_> {
    /// The digest of this row and, by way of that of the row `before`, of all before it. So no row can be changed, added or
    /// taken away without each later digest being wrong. The first row has an empty one before it.
    pub fn hash(&self, before: &str) -> String {
        let row = json!([
            before,
            self.at.utc().timestamp_micros(),
            self.actor,
            self.actor_name,
            self.door,
            self.origin,
            self.act,
            self.subject,
            self.outcome,
            self.detail,
        ]);
        hex::encode(Sha256::digest(row.to_string()))
    }
}
