use chrono::Duration;

use crate::domain::Timestamp;

/// A run, as a journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    pub started_at: Timestamp,
    /// Nothing while it runs.
    pub end: Option<RunEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    pub at: Timestamp,
    pub success: bool,
    /// What a failed run says of its cause.
    pub error: Option<String>,
}

impl JobRun {
    pub(super) fn as_of(&self, now: Timestamp) -> Self {
        Self {
            started_at: self.started_at,
            end: self.end.clone().filter(|end| end.at <= now),
        }
    }

    pub(super) fn failed_by(&self, moment: Timestamp) -> bool {
        self.end
            .as_ref()
            .is_some_and(|end| !end.success && end.at <= moment)
    }

    pub(super) fn succeeded(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.success)
    }

    /// When the run had lasted as long as it may, if it has lasted longer.
    pub(super) fn overdue(&self, longest: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
        let limit = self.started_at + longest?;
        let until = self.end.as_ref().map_or(now, |end| end.at);
        (until > limit).then_some(limit)
    }
}
