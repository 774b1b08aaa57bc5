use super::words;

/// A job's report about one of its runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    Start,
    Success,
    Fail {
        /// The cause.
        message: Option<String>,
    },
}

impl Heartbeat {
    /// The run's status after this report.
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
