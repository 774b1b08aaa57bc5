//! An incident: the life of one fingerprint, from its first failing check to its end.

use serde_json::Value;

use super::{Check, Extras, Finding, Fingerprint, Mark, Severity, Timestamp};

#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// 0 for one that could not be written down.
    pub id: i64,
    pub fingerprint: Fingerprint,
    pub source: String,
    /// What the newest failing check found; `None` in rows of versions that kept its English words alone.
    pub finding: Option<Finding>,
    /// The same in English.
    pub message: String,
    pub extras: Extras,
    /// The digest that tells of it together with others.
    pub digest: Option<i64>,
    pub life: Life,
}

/// The part of an incident that events change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub severity: Severity,
    pub opened_at: Timestamp,
    /// When a check failed last.
    pub last_seen_at: Timestamp,
    /// Failing checks.
    pub occurrences: u32,
    /// Passing checks in a row.
    pub passes: u32,
    /// The newest notification of the fingerprint, whichever of its incidents it belonged to.
    pub last_notice: Option<Notice>,
    /// Notifications of this incident.
    pub notifications: u32,
    /// Those of them that were reminders, since the chats were last called.
    pub reminders: u32,
    /// When the chats were last called, not only reminded.
    pub called_at: Option<Timestamp>,
    pub acknowledged: Option<Mark>,
    /// A silence has kept notifications back; its end is to be told while the fault stands.
    pub hushed: bool,
    pub escalated_at: Option<Timestamp>,
    pub end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub at: Timestamp,
    pub severity: Severity,
}

/// How an incident came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Its checks passed.
    Passed {
        at: Timestamp,
    },
    ByHand(Mark),
}

impl End {
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Passed { at } | Self::ByHand(Mark { at, .. }) => *at,
        }
    }
}

impl Life {
    /// The life of a fingerprint before its first check is taken in.
    pub fn new(severity: Severity, last_notice: Option<Notice>, now: Timestamp) -> Self {
        Self {
            severity,
            opened_at: now,
            last_seen_at: now,
            occurrences: 0,
            passes: 0,
            last_notice,
            notifications: 0,
            reminders: 0,
            called_at: None,
            acknowledged: None,
            hushed: false,
            escalated_at: None,
            end: None,
        }
    }

    /// Keeps what people have done since `at` to the life that is on record.
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

    /// How long it lasted, or has lasted so far.
    pub fn lasted(&self, now: Timestamp) -> chrono::Duration {
        self.end.as_ref().map_or(now, End::at).since(self.opened_at)
    }
}

impl Incident {
    /// One that a failing check is about to open.
    pub fn of(check: &Check, life: Life) -> Self {
        Self {
            id: 0,
            fingerprint: check.fingerprint.clone(),
            source: check.source.to_owned(),
            finding: Some(check.finding.clone()),
            message: check.message.clone(),
            extras: check.extras.clone(),
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

    /// Takes over what a failing check says. What it means for the life is decided elsewhere.
    pub fn learn(&mut self, check: &Check) {
        self.finding = Some(check.finding.clone());
        self.message.clone_from(&check.message);
        self.extras.clone_from(&check.extras);
    }
}
