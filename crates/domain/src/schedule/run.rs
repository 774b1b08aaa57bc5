use chrono::Duration;

use super::EARLY;
use crate::Timestamp;

/// A run from the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    pub started_at: Timestamp,
    /// `None` while it runs.
    pub end: Option<RunEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    pub at: Timestamp,
    pub success: bool,
    pub error: Option<RunError>,
}

/// The error of a failed run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// It never reported its end.
    Interrupted,
    /// In the job's own words.
    Reported(String),
}

impl RunError {
    /// In the journals.
    pub const INTERRUPTED: &str = "interrupted";

    pub fn as_str(&self) -> &str {
        match self {
            Self::Interrupted => Self::INTERRUPTED,
            Self::Reported(text) => text,
        }
    }
}

impl From<String> for RunError {
    fn from(text: String) -> Self {
        if text == Self::INTERRUPTED {
            Self::Interrupted
        } else {
            Self::Reported(text)
        }
    }
}

/// The runs as known at that moment. A run without an end has failed when a later run of the job has ended or the job
/// has started a second time since: its process was killed and cannot report any more. Until then the runs may overlap.
/// Two runs that start almost together may be one that was reported twice.
pub(super) fn as_known(now: Timestamp, runs: &[JobRun]) -> Vec<JobRun> {
    // Rows with a start in the future come from a clock that is ahead.
    let begun = runs.iter().filter(|run| run.started_at <= now);
    let told: Vec<JobRun> = begun.map(|run| run.as_of(now)).collect();
    let mut known = told.clone();
    for run in known.iter_mut().filter(|run| run.end.is_none()) {
        run.end = forgotten_at(run, &told).map(|at| RunEnd {
            at,
            success: false,
            error: Some(RunError::Interrupted),
        });
    }
    known
}

fn forgotten_at(run: &JobRun, told: &[JobRun]) -> Option<Timestamp> {
    let after = |moment| move |run: &&JobRun| run.started_at >= moment + EARLY;
    let anew = told.iter().find(after(run.started_at))?;
    let again = told.iter().find(after(anew.started_at));
    let later = told.iter().filter(after(run.started_at));
    let ends = later.filter_map(|run| run.end.as_ref().map(|end| end.at));
    ends.chain(again.map(|run| run.started_at)).min()
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

    /// The moment at which the run exceeded its longest duration, if it did.
    pub(super) fn overdue(&self, longest: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
        let limit = self.started_at + longest?;
        let until = self.end.as_ref().map_or(now, |end| end.at);
        (until > limit).then_some(limit)
    }
}
