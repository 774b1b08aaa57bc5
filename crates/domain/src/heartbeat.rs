use std::{fmt, str::FromStr};

/// What a job tells of a run of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    Start,
    Success,
    Fail {
        /// Why.
        message: Option<String>,
    },
}

impl Heartbeat {
    /// What the run is after this.
    pub fn status(&self) -> RunStatus {
        match self {
            Self::Start => RunStatus::Running,
            Self::Success => RunStatus::Success,
            Self::Fail { .. } => RunStatus::Failed,
        }
    }
}

/// As `job_runs` and `ops_job_runs` have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    Running,
    Success,
    Failed,
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no status of a run")]
pub struct UnknownStatus(String);

impl RunStatus {
    pub const ALL: [Self; 3] = [Self::Running, Self::Success, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RunStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}
