//! The recipients of incident messages, and which messages make a sound.

use std::collections::BTreeSet;

use super::{ChatTarget, Policy, Reason, Severity};

#[derive(Clone, Debug)]
pub struct Audience {
    pub policy: Policy,
    pub chats: Vec<ChatTarget>,
    /// The chat that unacknowledged critical incidents are escalated to.
    pub manager: Option<ChatTarget>,
    /// More simultaneous notices than this go into a digest.
    pub group_max: usize,
    pub loudness: Loudness,
}

/// Selects the messages that arrive with a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loudness {
    pub severities: BTreeSet<Severity>,
    pub reminders: bool,
}

impl Loudness {
    pub fn is_loud(&self, severity: Severity, reason: Reason) -> bool {
        match reason {
            Reason::Resolved => false,
            Reason::Escalated => true,
            Reason::Reminder { .. } => self.reminders && self.severities.contains(&severity),
            Reason::Opened | Reason::Worsened { .. } | Reason::SilenceOver => {
                self.severities.contains(&severity)
            }
        }
    }
}
