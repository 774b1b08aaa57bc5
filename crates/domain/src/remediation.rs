use std::time::Duration;

use super::words;

words! {
    /// How the action itself went
    pub enum RemediationStatus {
        Success = "success",
        Failed = "failed",
    }
}

words! {
    /// The detector's answer when it looked again after a successful action
    pub enum Aftermath {
        Fixed = "fixed",
        StillFailing = "still_failing",
    }
}

/// How a run of an action went.
#[derive(Clone, Debug)]
pub struct RemediationReport {
    pub source: String,
    pub action_name: String,
    pub status: RemediationStatus,
    pub details: String,
    /// The number of retries.
    pub retry_count: u32,
    /// `None` when the action failed or the fault has no detector.
    pub aftermath: Option<Aftermath>,
    pub took: Duration,
}
