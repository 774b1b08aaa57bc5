//! Whether the platform's jobs start on time. Nothing feeds it yet.

use super::Detector;
use crate::domain::{Severity, Target, Verdict};

pub const DETECTOR: Detector = Detector {
    name: "check_scheduler_on_time",
    about: "Scheduled jobs start on time",
    severity: Severity::Warning,
    target: Some(Target::SchedulerOnTime),
    reads: &[],
    runbook: include_str!("../../runbooks/check_scheduler_on_time.md"),
    run: |_| {
        Box::pin(async {
            Ok(Verdict::not_measured(
                "Scheduler on-time rate is not measured: no source is connected",
            ))
        })
    },
};
