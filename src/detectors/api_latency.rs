//! The API's p95 latency. Nothing feeds it yet.

use super::Detector;
use crate::domain::{Severity, Target, Verdict};

pub const DETECTOR: Detector = Detector {
    name: "check_api_latency_p95",
    about: "API response time, p95",
    severity: Severity::Warning,
    target: Some(Target::ApiLatency),
    reads: &[],
    runbook: include_str!("../../runbooks/check_api_latency_p95.md"),
    run: |_| {
        Box::pin(async {
            Ok(Verdict::not_measured(
                "API p95 latency is not measured: no source is connected",
            ))
        })
    },
};
