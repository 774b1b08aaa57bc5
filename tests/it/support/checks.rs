//! Checks of made-up faults, taken in as those of a detector are.

use std::time::Duration;

use sovani_ops::{
    domain::{Check, Extras, Fingerprint, Severity, Status},
    ops::sweep,
};

use super::program::TestProgram;

/// Names no detector, so nothing is remedied.
pub const SOURCE: &str = "check_made_up";

pub fn fault(name: &str) -> Fingerprint {
    Fingerprint::of(SOURCE, name)
}

/// Finds the fault, and says nothing of others.
pub fn failing(name: &str, severity: Severity) -> Check {
    Check {
        source: SOURCE,
        status: Status::Fail,
        severity,
        message: format!("{name} is broken"),
        fingerprint: fault(name),
        extras: Extras::new(),
        standing: None,
        over: Vec::new(),
        duration: Duration::ZERO,
        faults: Vec::new(),
    }
}

/// Finds that of all faults these alone still stand.
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

impl TestProgram {
    /// A sweep that finds this. How many alerts it sent.
    pub async fn finds(&self, checks: &[Check]) -> usize {
        sweep::act_on(self.cx(), checks).await.0.alerts_sent
    }
}
