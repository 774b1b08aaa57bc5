//! The runs of the platform's jobs that have ended.

use super::{
    Db,
    job_history::{Journalled, journals},
};
use crate::domain::{JobRun, Timestamp};

/// A job's run that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinishedRun {
    pub at: Timestamp,
    pub succeeded: bool,
}

impl Db {
    /// The runs of these jobs that ended since that moment, from either journal. A run that is neither running nor
    /// successful has failed, and one without an end ended when it started. Rows in the future come from a clock that
    /// is ahead. `journalled` says whether there is a `job_runs`.
    pub async fn finished_runs(
        &self,
        jobs: &[String],
        since: Timestamp,
        now: Timestamp,
        journalled: bool,
    ) -> sqlx::Result<Vec<FinishedRun>> {
        let mut runs: Vec<JobRun> = Vec::new();
        for journal in journals(journalled) {
            for job in jobs {
                runs.extend(
                    self.runs_of(journal, job, Journalled::EndedSince(since))
                        .await?,
                );
            }
        }
        let ends = runs.into_iter().filter_map(|run| run.end);
        let mut ended: Vec<_> = ends
            .map(|end| FinishedRun {
                at: end.at,
                succeeded: end.success,
            })
            .filter(|run| since <= run.at && run.at <= now)
            .collect();
        ended.sort_by_key(|run| run.at);
        Ok(ended)
    }
}
