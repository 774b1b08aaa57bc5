//! What a detector says, and what the program makes of it.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use super::{Fingerprint, Severity};

/// Further facts about a finding, most important first.
pub type Extras = Map<String, Value>;

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
    /// Other faults of the detector that stand at this moment, by their keys.
    pub also_standing: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pass,
    Fail,
    /// Nothing feeds the check. It is neither a pass nor a failure.
    NotMeasured,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Pass, Self::Fail, Self::NotMeasured];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotMeasured => "not_measured",
        }
    }
}

impl Verdict {
    fn new(status: Status, key: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            extras: Extras::new(),
            key: key.to_owned(),
            also_standing: Vec::new(),
        }
    }

    pub fn pass(message: impl Into<String>) -> Self {
        Self::new(Status::Pass, "pass", message)
    }

    pub fn fail(key: &str, message: impl Into<String>) -> Self {
        Self::new(Status::Fail, key, message)
    }

    pub fn not_measured(message: impl Into<String>) -> Self {
        Self::new(Status::NotMeasured, "not_measured", message)
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
    pub duration: Duration,
}

impl Check {
    /// `severity` is that of the detector's failures.
    pub fn judged(
        source: &'static str,
        severity: Severity,
        verdict: Verdict,
        duration: Duration,
    ) -> Self {
        let fingerprint = Fingerprint::of(source, &verdict.key);
        let standing = match verdict.status {
            Status::Pass => Some(Vec::new()),
            Status::Fail => {
                let others = verdict
                    .also_standing
                    .iter()
                    .map(|key| Fingerprint::of(source, key));
                Some(std::iter::once(fingerprint.clone()).chain(others).collect())
            }
            Status::NotMeasured => None,
        };
        Self {
            source,
            status: verdict.status,
            severity: if verdict.status == Status::Fail {
                severity
            } else {
                Severity::Info
            },
            message: verdict.message,
            fingerprint,
            extras: verdict.extras,
            standing,
            duration,
        }
    }

    /// A check that could not run is a failing check.
    pub fn crashed(source: &'static str, cause: &str, duration: Duration) -> Self {
        let message = format!("Detector {source} crashed: {cause}");
        Self {
            standing: None,
            ..Self::judged(
                source,
                Severity::Error,
                Verdict::fail(CRASH, message),
                duration,
            )
        }
    }

    /// What this check says of an earlier fault of its detector; `None` when it says nothing.
    pub fn says_of(&self, fault: &Fingerprint) -> Option<FaultState> {
        match (self.status, &self.standing) {
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

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ok = match self.status {
            Status::Pass => Some(true),
            Status::Fail => Some(false),
            Status::NotMeasured => None,
        };
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("ok", &ok)?;
        map.serialize_entry("status", self.status.as_str())?;
        map.serialize_entry("source", self.source)?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("msg", &self.message)?;
        map.serialize_entry("fingerprint", &self.fingerprint)?;
        map.serialize_entry("extras", &self.extras)?;
        map.serialize_entry("duration_ms", &self.duration.as_millis())?;
        map.end()
    }
}
