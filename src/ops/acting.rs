//! The consequences of checks: incidents, notifications, and the actions that they call for.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    alerts,
    remediation::{self, AutomaticRun, CutOff},
};
use crate::{
    context::Context,
    detectors::Registry,
    domain::{Check, Tally},
    incidents::Taken,
};

/// The result of a scheduled run: the five counts that it returns and journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepStats {
    pub total: usize,
    pub passed: usize,
    pub failed: usize,
    pub alerts_sent: usize,
    pub remediations_triggered: usize,
}

impl SweepStats {
    fn of(checks: &[Check], alerts_sent: usize, remediations_triggered: usize) -> Self {
        let tally = Tally::of(checks);
        Self {
            total: checks.len(),
            passed: tally.passed,
            failed: tally.failed,
            alerts_sent,
            remediations_triggered,
        }
    }

    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self {
            total: self.total + others.total,
            passed: self.passed + others.passed,
            failed: self.failed + others.failed,
            alerts_sent: self.alerts_sent + others.alerts_sent,
            remediations_triggered: self.remediations_triggered + others.remediations_triggered,
        }
    }
}

/// Takes in these checks, and `beside` them one that no detector has made. The caller starts the returned actions.
pub async fn act(
    cx: &Context,
    registry: &Registry,
    checks: &[Check],
    beside: Option<Check>,
    cut_off: &CutOff,
) -> (SweepStats, Vec<AutomaticRun>) {
    let all: Vec<Check> = checks.iter().cloned().chain(beside).collect();
    let mut alerts_sent = 0;
    let mut runs = Vec::new();
    let mut remedied = HashSet::new();
    for (fault, taken) in alerts::take(cx, &all).await {
        alerts_sent += usize::from(matches!(taken, Taken::Notified { .. }));
        // One action remedies all faults of its detector.
        if (taken.wants_remediation(fault) || cut_off.finds(fault))
            && remedied.insert(&fault.source)
            && let Ok(detector) = registry.find(&fault.source)
        {
            runs.extend(
                remediation::automatic_run(cx, detector, fault.clone(), taken.alert_id()).await,
            );
        }
    }
    (SweepStats::of(checks, alerts_sent, runs.len()), runs)
}
