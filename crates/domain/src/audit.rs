use std::fmt;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{By, Timestamp, words};

words! {
    /// The way by which somebody came
    pub enum Door {
        Chat = "chat",
        Rest = "rest",
        /// A job that tells of itself, over REST.
        Heartbeat = "heartbeat",
        Schedule = "schedule",
        /// A command on the machine itself.
        Terminal = "terminal",
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

words! {
    /// A change of the state of things, made or refused
    pub enum Act {
        Acknowledge = "acknowledge",
        Resolve = "resolve",
        Silence = "silence",
        EndSilence = "end_silence",
        Propose = "propose",
        Confirm = "confirm",
        Cancel = "cancel",
        Remediate = "remediate",
        RunDetectors = "run_detectors",
        ReloadSettings = "reload_settings",
        Backup = "backup",
        /// Jobs have told of themselves so often.
        Heartbeat = "heartbeat",
        /// An administrator's act that somebody without the right asked for.
        Forbidden = "forbidden",
    }
}

words! {
    /// The outcome of an act
    pub enum ActOutcome {
        Done = "done",
        Refused = "refused",
        Failed = "failed",
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
