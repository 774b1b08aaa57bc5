//! A detector's finished check.

use std::{borrow::Cow, time::Duration};

use super::{
    Extras, Finding, Fingerprint, Severity, Spending, Status, Target, Verdict,
    bounds::{bounded, bounded_words},
    cleaned::{cleaned, cleaned_value},
};

/// The source of incidents about the database itself.
pub const DATABASE: &str = "database";

/// The key of a check that could not run.
const CRASH: &str = "crash";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultState {
    Stands,
    Gone,
}

/// A detector's finished check.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name of its detector, which is made at run time where the settings define it.
    pub source: Cow<'static, str>,
    pub status: Status,
    pub severity: Severity,
    pub finding: Finding,
    /// The finding in English, as other programs read it.
    pub message: String,
    pub fingerprint: Fingerprint,
    pub extras: Extras,
    /// The fingerprints of all current faults of this detector; `None` when it could not look.
    pub standing: Option<Vec<Fingerprint>>,
    /// The fingerprints of faults that are certainly over, even when the state of the others is unknown.
    pub over: Vec<Fingerprint>,
    pub duration: Duration,
    /// The faults found, each as a check of its own; empty when the check itself is the only one.
    pub faults: Vec<Check>,
    /// The service level that the detector watches, and its error budget, if that was read.
    pub budget: Option<(Target, Spending)>,
}

impl Check {
    /// `severity` is that of the detector's failures. `words` gives a finding in English.
    pub fn judged(
        source: impl Into<Cow<'static, str>>,
        severity: Severity,
        verdict: Verdict,
        duration: Duration,
        words: impl Fn(&Finding) -> String,
    ) -> Self {
        let source = source.into();
        let verdict = bounded(verdict, severity);
        let standing = standing(&source, &verdict);
        let over = verdict.over.iter();
        let over: Vec<_> = over.map(|key| Fingerprint::of(&source, key)).collect();
        let failing = |key: &str, finding: Finding, extras: Extras| Self {
            source: source.clone(),
            status: Status::Fail,
            severity,
            message: cleaned(&bounded_words(words(&finding))),
            finding: finding.cleaned(),
            fingerprint: Fingerprint::of(&source, key),
            extras: without_invisible(extras),
            standing: standing.clone(),
            over: over.clone(),
            duration,
            faults: Vec::new(),
            budget: None,
        };
        let faults = verdict.faults.into_iter().map(|fault| Self {
            severity: fault.severity.unwrap_or(severity),
            ..failing(&fault.key, fault.finding, fault.extras)
        });
        let faults: Vec<Self> = faults.collect();
        let loudest = faults.iter().map(|fault| fault.severity).max();
        Self {
            status: verdict.status,
            severity: if verdict.status == Status::Fail {
                loudest.or(verdict.severity).unwrap_or(severity)
            } else {
                Severity::Info
            },
            faults,
            budget: verdict.budget,
            ..failing(&verdict.key, verdict.finding, verdict.extras)
        }
    }

    /// A check that could not run is a failing check.
    pub fn crashed(
        source: impl Into<Cow<'static, str>>,
        cause: &str,
        duration: Duration,
        words: impl Fn(&Finding) -> String,
    ) -> Self {
        let source = source.into();
        let finding = Finding::new("finding-crash")
            .text("detector", &*source)
            .text("cause", cause);
        let verdict = Verdict::blind(CRASH, finding);
        Self::judged(source, Severity::Error, verdict, duration, words)
    }

    /// The checks that are played against incidents: one per fault, or the check itself.
    pub fn faults(&self) -> &[Self] {
        if self.faults.is_empty() {
            std::slice::from_ref(self)
        } else {
            &self.faults
        }
    }

    /// The state of an earlier fault of the same detector; `None` when this check does not know.
    pub fn says_of(&self, fault: &Fingerprint) -> Option<FaultState> {
        match (self.status, &self.standing) {
            _ if self.over.contains(fault) => Some(FaultState::Gone),
            // The detector ran, so a crash is over; there was nothing else to find out.
            (Status::NotMeasured, _) => {
                (*fault == Fingerprint::of(&self.source, CRASH)).then_some(FaultState::Gone)
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

/// Names in findings can come from anybody, so invisible characters are removed.
fn without_invisible(extras: Extras) -> Extras {
    let extras = extras.into_iter();
    extras
        .map(|(name, value)| (name, cleaned_value(value)))
        .collect()
}

/// `None` when the verdict does not know the state of earlier faults.
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
