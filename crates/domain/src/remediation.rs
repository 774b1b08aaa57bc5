use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemediationStatus {
    Success,
    Failed,
}

impl RemediationStatus {
    pub const ALL: [Self; 2] = [Self::Success, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

/// What the detector said when it looked again after a successful action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aftermath {
    Fixed,
    StillFailing,
}

impl Aftermath {
    pub const ALL: [Self; 2] = [Self::Fixed, Self::StillFailing];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::StillFailing => "still_failing",
        }
    }
}

/// How a run of an action went.
#[derive(Clone, Debug)]
pub struct RemediationReport {
    pub source: &'static str,
    pub action_name: String,
    pub status: RemediationStatus,
    pub details: String,
    /// Retries actually made.
    pub retry_count: u32,
    /// `None` when the action failed or nothing measures the fault.
    pub aftermath: Option<Aftermath>,
    pub took: Duration,
}
