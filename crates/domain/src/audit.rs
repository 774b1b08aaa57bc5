use std::fmt;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{By, Timestamp, words};

words! {
    /// The way by which the caller came
    pub enum Door {
        Chat = "chat",
        Rest = "rest",
        /// A job's heartbeat, over REST.
        Heartbeat = "heartbeat",
        Schedule = "schedule",
        /// A command on the machine itself.
        Terminal = "terminal",
    }
}

/// The channel and address of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub door: Door,
    /// The chat, or the client's address; empty for the schedule and the terminal.
    pub from: String,
}

/// An author together with the origin of the request.
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

    /// A command-line user, identified by the operating system account.
    pub fn at_terminal(account: &str) -> Self {
        Self::of(By::terminal(account), Door::Terminal, String::new())
    }

    /// The sender of a signal: the host's administrator or the service manager.
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
        /// Heartbeats of jobs, summed up in one row.
        Heartbeat = "heartbeat",
        /// An administrator's operation that was requested without the right to it.
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

/// The content of one audit row.
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
    /// The digest of this row and, through that of the row `before`, of all earlier rows. Changing, adding or removing
    /// a row makes every later digest wrong. The first row has an empty one before it.
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
