//! Silences: they hold notifications back until they end. One that begins later is a maintenance window.

use std::{fmt, str::FromStr};

use super::{By, Fingerprint, Incident, Mark, Severity, Timestamp, words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub id: i64,
    pub scope: Scope,
    pub reason: String,
    pub by: By,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Set when the silence was ended early.
    pub ended: Option<Mark>,
}

/// The scope of a silence. Its text form is `all`, a detector's name, or a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that is not critical.
    All,
    Detector(String),
    Fault(Fingerprint),
}

words! {
    /// Where a silence is in its life: still to come, in force, or over
    pub enum SilencePhase {
        Planned = "planned",
        Active = "active",
        Over = "over",
    }
}

impl Silence {
    /// Length limit for a reason, in characters.
    pub const REASON_MAX: usize = 200;

    pub fn phase(&self, now: Timestamp) -> SilencePhase {
        if self.ended.is_some() || self.ends_at <= now {
            SilencePhase::Over
        } else if self.starts_at <= now {
            SilencePhase::Active
        } else {
            SilencePhase::Planned
        }
    }

    pub fn covers(&self, source: &str, fingerprint: &Fingerprint, severity: Severity) -> bool {
        match &self.scope {
            Scope::All => severity < Severity::Critical,
            Scope::Detector(name) => name == source,
            Scope::Fault(fault) => fault == fingerprint,
        }
    }

    /// The silence that covers this incident for the longest time, if any.
    pub fn of<'a>(silences: &'a [Self], incident: &Incident, now: Timestamp) -> Option<&'a Self> {
        Self::of_severity(silences, incident, incident.life.severity, now)
    }

    /// The silence that would cover the incident at this severity, which a check may just have found.
    pub fn of_severity<'a>(
        silences: &'a [Self],
        incident: &Incident,
        severity: Severity,
        now: Timestamp,
    ) -> Option<&'a Self> {
        silences
            .iter()
            .filter(|silence| silence.phase(now) == SilencePhase::Active)
            .filter(|silence| silence.covers(&incident.source, &incident.fingerprint, severity))
            .max_by_key(|silence| silence.ends_at)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Detector(name) => name,
            Self::Fault(fingerprint) => fingerprint.as_str(),
        })
    }
}

impl FromStr for Scope {
    type Err = std::convert::Infallible;

    /// Does not check that the detector exists; the domain does not know their names.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "all" => Self::All,
            text => Fingerprint::parse(text)
                .map_or_else(|| Self::Detector(text.to_owned()), Self::Fault),
        })
    }
}
