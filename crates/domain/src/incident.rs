//! An incident: the life of one fingerprint, from its first failing check to its end.

use serde_json::Value;

use super::{Check, Extras, FLAPPING, Finding, Fingerprint, Mark, Severity, Status, Timestamp};

#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// 0 for an incident that is not stored.
    pub id: i64,
    pub fingerprint: Fingerprint,
    pub source: String,
    /// The finding of the newest failing check; `None` in rows of versions that kept only its English words.
    pub finding: Option<Finding>,
    /// The same in English.
    pub message: String,
    pub extras: Extras,
    /// The finding of the passing check that ended it.
    pub end_finding: Option<Finding>,
    /// The digest that contains it, if it has no message of its own.
    pub digest: Option<i64>,
    pub life: Life,
}

/// The part of an incident that events change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub severity: Severity,
    pub opened_at: Timestamp,
    /// The time of the newest failing check.
    pub last_seen_at: Timestamp,
    /// The number of failing checks.
    pub occurrences: u32,
    /// Passing checks in a row.
    pub passes: u32,
    /// How often the fault had ended and come back in the [`FLAPPING`] before it opened.
    pub returns: u32,
    /// The newest notification of this incident.
    pub last_notice: Option<Notice>,
    /// Notifications of this incident.
    pub notifications: u32,
    /// How many of them were reminders, since the last alert.
    pub reminders: u32,
    /// The time of the last alert, reminders not included.
    pub called_at: Option<Timestamp>,
    pub acknowledged: Option<Mark>,
    /// A silence held notifications back; the chats are notified when it ends and the fault continues.
    pub hushed: bool,
    pub escalated_at: Option<Timestamp>,
    pub end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub at: Timestamp,
    pub severity: Severity,
}

/// The way an incident ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Its checks passed.
    Passed {
        at: Timestamp,
    },
    ByHand(Mark),
    /// Its detector was removed, so nobody knows if the fault is over.
    Unwatched {
        at: Timestamp,
    },
}

impl End {
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Passed { at } | Self::ByHand(Mark { at, .. }) | Self::Unwatched { at } => *at,
        }
    }
}

impl Life {
    /// The initial state.
    pub fn new(severity: Severity, returns: u32, now: Timestamp) -> Self {
        Self {
            severity,
            opened_at: now,
            last_seen_at: now,
            occurrences: 0,
            passes: 0,
            returns,
            last_notice: None,
            notifications: 0,
            reminders: 0,
            called_at: None,
            acknowledged: None,
            hushed: false,
            escalated_at: None,
            end: None,
        }
    }

    /// Keeps the operations of people since `at` that are stored in `recorded`.
    #[must_use]
    pub fn with_operations_of(mut self, recorded: &Self, at: Timestamp) -> Self {
        let later = recorded.acknowledged.as_ref().filter(|mark| mark.at > at);
        if let Some(mark) = later {
            self.acknowledged = Some(mark.clone());
        }
        self
    }

    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// How often the fault has come back lately, if it opens again now.
    pub fn returns_after(&self, now: Timestamp) -> u32 {
        match self.end {
            Some(End::Passed { at }) if now.since(at) < FLAPPING => self.returns.saturating_add(1),
            _ => 0,
        }
    }

    /// How long it lasted, or has lasted so far.
    pub fn lasted(&self, now: Timestamp) -> chrono::Duration {
        self.end.as_ref().map_or(now, End::at).since(self.opened_at)
    }
}

impl Incident {
    /// A new incident for a failing check.
    pub fn of(check: &Check, life: Life) -> Self {
        Self {
            id: 0,
            fingerprint: check.fingerprint.clone(),
            source: check.source.to_string(),
            finding: Some(check.finding.clone()),
            message: check.message.clone(),
            extras: check.extras.clone(),
            end_finding: None,
            digest: None,
            life,
        }
    }

    /// Says if one of the faults that the check found is this incident's.
    pub fn is_found_by(&self, check: &Check) -> bool {
        let mut faults = check.faults().iter();
        faults.any(|fault| fault.fingerprint == self.fingerprint)
    }

    pub fn extras_json(&self) -> String {
        Value::Object(self.extras.clone()).to_string()
    }

    pub fn finding_json(&self) -> Option<String> {
        self.finding.as_ref()?.to_json()
    }

    /// Takes over the message and extras of a failing check; the state is decided elsewhere.
    pub fn learn(&mut self, check: &Check) {
        self.finding = Some(check.finding.clone());
        self.message.clone_from(&check.message);
        self.extras.clone_from(&check.extras);
    }

    /// Takes over the finding of the check that ended it, if that found no other fault of the same detector.
    pub fn learn_end(&mut self, check: &Check) {
        let passed = matches!(self.life.end, Some(End::Passed { .. }));
        if passed && check.status == Status::Pass {
            self.end_finding = Some(check.finding.clone());
        }
    }
}
