use chrono::Duration;

use super::EARLY;
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

impl RunEnd {
    /// What is said of a run that nobody has ended.
    pub const INTERRUPTED: &str = "interrupted";
}

/// The runs as they were known at that moment. One without an end after which the job began anew has failed then: its
/// process was killed, and nothing else will ever end it. Two that begin almost at once may be one that was told twice.
pub(super) fn as_known(now: Timestamp, runs: &[JobRun]) -> Vec<JobRun> {
    // What a clock that is ahead has written is not known yet.
    let begun = runs.iter().filter(|run| run.started_at <= now);
    let mut known: Vec<JobRun> = begun.map(|run| run.as_of(now)).collect();
    let starts: Vec<Timestamp> = known.iter().map(|run| run.started_at).collect();
    for run in known.iter_mut().filter(|run| run.end.is_none()) {
        let anew = starts.partition_point(|start| *start < run.started_at + EARLY);
        run.end = starts.get(anew).map(|at| RunEnd {
            at: *at,
            success: false,
            error: Some(RunEnd::INTERRUPTED.to_owned()),
        });
    }
    known
}

impl JobRun {
    fn as_of(&self, now: Timestamp) -> Self {
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

    pub(super) fn failed(&self) -> bool {
        self.end.as_ref().is_some_and(|end| !end.success)
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
