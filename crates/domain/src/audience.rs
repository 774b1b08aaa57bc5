//! Who is told of incidents, and how loudly.

use std::collections::BTreeSet;

use super::{ChatTarget, Policy, Reason, Severity};

#[derive(Clone, Debug)]
pub struct Audience {
    pub policy: Policy,
    pub chats: Vec<ChatTarget>,
    /// Whom an incident is escalated to.
    pub manager: Option<ChatTarget>,
    /// Above so many notices at once, they go into a digest.
    pub group_max: usize,
    pub loudness: Loudness,
}

/// What makes a sound when it arrives.
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
