//! What a detector says, and what the program makes of it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    Fingerprint, Severity,
    bounds::bounded,
    cleaned::{cleaned, cleaned_value},
    words,
};

/// Further facts about a finding, most important first.
pub type Extras = Map<String, Value>;

/// The source of what is wrong with the database itself.
pub const DATABASE: &str = "database";

/// The key of a check that could not run.
const CRASH: &str = "crash";

/// What a detector's judgement says.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub status: Status,
    pub message: String,
    pub extras: Extras,
    /// Names the fault among those of the detector. It never holds what changes from check to check.
    pub key: String,
    /// Of this failure, where it is not that of all failures of the detector.
    pub severity: Option<Severity>,
    /// The faults that were found, where that is not just the one that the verdict tells.
    pub faults: Vec<Fault>,
    /// Faults that stand at this moment without being told anew, by their keys.
    pub also_standing: Vec<String>,
    /// Faults that are over for certain where nothing is known of the others, by their keys.
    pub over: Vec<String>,
    /// The detector could not look, so nothing is known of its other faults.
    pub blind: bool,
}

/// One of several things that a detector finds wrong. Each becomes an incident of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub key: String,
    /// Where it is not that of all failures of the detector.
    pub severity: Option<Severity>,
    pub message: String,
    pub extras: Extras,
}

words! {
    /// The result of a check; not_measured where nothing feeds it
    pub enum Status {
        Pass = "pass",
        Fail = "fail",
        /// It is neither a pass nor a failure.
        NotMeasured = "not_measured",
    }
}

impl Verdict {
    fn new(status: Status, key: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            extras: Extras::new(),
            key: key.to_owned(),
            severity: None,
            faults: Vec::new(),
            also_standing: Vec::new(),
            over: Vec::new(),
            blind: false,
        }
    }

    pub fn pass(message: impl Into<String>) -> Self {
        Self::new(Status::Pass, "pass", message)
    }

    pub fn fail(key: &str, message: impl Into<String>) -> Self {
        Self::new(Status::Fail, key, message)
    }

    /// Fails because what is to be looked at is out of reach.
    pub fn blind(key: &str, message: impl Into<String>) -> Self {
        Self {
            blind: true,
            ..Self::fail(key, message)
        }
    }

    /// Fails because of these faults, of which there is at least one; the message sums them up.
    pub fn faults(message: impl Into<String>, faults: Vec<Fault>) -> Self {
        let key = faults.first().map_or("", |fault| fault.key.as_str());
        let verdict = Self::fail(key, message);
        Self { faults, ..verdict }
    }

    pub fn not_measured(message: impl Into<String>) -> Self {
        Self::new(Status::NotMeasured, "not_measured", message)
    }

    /// The same with another fault beside it, or with that one alone where there was none.
    #[must_use]
    pub fn and(mut self, fault: Fault) -> Self {
        if self.status == Status::Fail {
            if self.faults.is_empty() {
                self.faults.push(Fault {
                    key: self.key.clone(),
                    severity: self.severity,
                    message: self.message.clone(),
                    extras: self.extras.clone(),
                });
            }
            self.faults.push(fault);
            return self;
        }
        self.extras.extend(fault.extras);
        Self {
            status: Status::Fail,
            message: cleaned(&fault.message),
            key: fault.key,
            severity: fault.severity,
            ..self
        }
    }

    /// These faults at least are over.
    #[must_use]
    pub fn over(mut self, keys: &[&str]) -> Self {
        self.over.extend(keys.iter().map(|key| (*key).to_owned()));
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extras.insert(name.to_owned(), value.into());
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultState {
    Stands,
    Gone,
}

/// A detector's finished check.
#[derive(Clone, Debug)]
pub struct Check {
    pub source: &'static str,
    pub status: Status,
    pub severity: Severity,
    pub message: String,
    pub fingerprint: Fingerprint,
    pub extras: Extras,
    /// Every fault of this detector known to stand now. `None` when the check could not look: then nothing is known.
    pub standing: Option<Vec<Fingerprint>>,
    /// Faults that are over for certain, even if nothing is known of the others.
    pub over: Vec<Fingerprint>,
    pub duration: Duration,
    /// The faults that it found, each as a check of its own; empty when that is just this one.
    pub faults: Vec<Check>,
}

impl Check {
    /// `severity` is that of the detector's failures.
    pub fn judged(
        source: &'static str,
        severity: Severity,
        verdict: Verdict,
        duration: Duration,
    ) -> Self {
        let verdict = bounded(verdict, severity);
        let standing = standing(source, &verdict);
        let over: Vec<_> = verdict
            .over
            .iter()
            .map(|key| Fingerprint::of(source, key))
            .collect();
        let failing = |fault: Fault| Self {
            source,
            status: Status::Fail,
            severity: fault.severity.unwrap_or(severity),
            message: fault.message,
            fingerprint: Fingerprint::of(source, &fault.key),
            extras: without_invisible(fault.extras),
            standing: standing.clone(),
            over: over.clone(),
            duration,
            faults: Vec::new(),
        };
        let faults: Vec<Self> = verdict.faults.into_iter().map(failing).collect();
        let loudest = faults.iter().map(|fault| fault.severity).max();
        Self {
            source,
            status: verdict.status,
            severity: if verdict.status == Status::Fail {
                loudest.or(verdict.severity).unwrap_or(severity)
            } else {
                Severity::Info
            },
            message: cleaned(&verdict.message),
            fingerprint: Fingerprint::of(source, &verdict.key),
            extras: without_invisible(verdict.extras),
            standing,
            over,
            duration,
            faults,
        }
    }

    /// A check that could not run is a failing check.
    pub fn crashed(source: &'static str, cause: &str, duration: Duration) -> Self {
        let message = format!("Detector {source} crashed: {cause}");
        Self::judged(
            source,
            Severity::Error,
            Verdict::blind(CRASH, message),
            duration,
        )
    }

    /// What becomes of incidents: each fault that it found, or else the check itself.
    pub fn faults(&self) -> &[Self] {
        if self.faults.is_empty() {
            std::slice::from_ref(self)
        } else {
            &self.faults
        }
    }

    /// What this check says of an earlier fault of its detector; `None` when it says nothing.
    pub fn says_of(&self, fault: &Fingerprint) -> Option<FaultState> {
        match (self.status, &self.standing) {
            _ if self.over.contains(fault) => Some(FaultState::Gone),
            // It has looked, so the detector does not crash any more; there was nothing else to see.
            (Status::NotMeasured, _) => {
                (*fault == Fingerprint::of(self.source, CRASH)).then_some(FaultState::Gone)
            }
            (_, Some(standing)) if standing.contains(fault) => Some(FaultState::Stands),
            (_, Some(_)) => Some(FaultState::Gone),
            (_, None) => None,
        }
    }

    pub fn failed(&self) -> bool {
        self.status == Status::Fail
    }
}

/// What a finding tells of may be named by anybody.
fn without_invisible(extras: Extras) -> Extras {
    let extras = extras.into_iter();
    extras
        .map(|(name, value)| (name, cleaned_value(value)))
        .collect()
}

/// `None` when the verdict says nothing of faults that may have stood before.
fn standing(source: &str, verdict: &Verdict) -> Option<Vec<Fingerprint>> {
    if verdict.blind || verdict.status == Status::NotMeasured {
        return None;
    }
    let told = verdict.faults.iter().map(|fault| &fault.key);
    let alone = verdict.status == Status::Fail && verdict.faults.is_empty();
    let own = alone.then_some(&verdict.key);
    let keys = own.into_iter().chain(told).chain(&verdict.also_standing);
    Some(keys.map(|key| Fingerprint::of(source, key)).collect())
}
