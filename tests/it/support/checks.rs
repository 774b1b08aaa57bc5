//! Checks of made-up faults, taken in as those of a detector are.

use std::time::Duration;

use sovani_ops::{
    detectors::{DETECTORS, Entry, Registry},
    domain::{Check, Extras, Finding, Fingerprint, Severity, Status, Verdict},
    ops::sweep,
    views::in_english,
};

use super::program::{TestProgram, moment};

/// The built-in detector of this name.
pub fn detector(name: &str) -> Entry {
    Registry::built_in().find(name).unwrap().clone()
}

pub fn detector_names() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.name).collect()
}

/// Names no detector, so nothing is remedied.
pub const SOURCE: &str = "check_made_up";

pub fn fault(name: &str) -> Fingerprint {
    Fingerprint::of(SOURCE, name)
}

/// Finds the fault, and says nothing of others.
pub fn failing(name: &str, severity: Severity) -> Check {
    Check {
        source: SOURCE.into(),
        status: Status::Fail,
        severity,
        finding: Finding::default(),
        message: format!("{name} is broken"),
        fingerprint: fault(name),
        extras: Extras::new(),
        standing: None,
        over: Vec::new(),
        duration: Duration::ZERO,
        faults: Vec::new(),
        budget: None,
    }
}

/// Finds that of all faults these alone continue.
pub fn passing_but_for(standing: Vec<Fingerprint>) -> Check {
    Check {
        status: Status::Pass,
        severity: Severity::Info,
        message: "fine".to_owned(),
        standing: Some(standing),
        ..failing("nothing", Severity::Info)
    }
}

pub fn passing() -> Check {
    passing_but_for(Vec::new())
}

/// The finding in English, at noon in Moscow of the day that most tests are of.
pub fn said(finding: &Finding) -> String {
    in_english(moment("2025-10-02 09:00:00"))(finding)
}

/// The check that the program makes of a verdict.
pub fn judged(source: &'static str, severity: Severity, verdict: Verdict) -> Check {
    Check::judged(source, severity, verdict, Duration::ZERO, said)
}

impl TestProgram {
    /// A sweep that finds this. How many alerts it sent.
    pub async fn finds(&self, checks: &[Check]) -> usize {
        let registry = self.cx().settings.registry();
        sweep::act_on(self.cx(), &registry, checks)
            .await
            .0
            .alerts_sent
    }
}
