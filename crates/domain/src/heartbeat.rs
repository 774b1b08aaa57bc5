use super::words;

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

words! {
    /// The state of a job's run, as `job_runs` and `ops_job_runs` have it
    pub enum RunStatus {
        Running = "running",
        Success = "success",
        Failed = "failed",
    }
}
