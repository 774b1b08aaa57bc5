//! The outcome of each tick, that is of each time at which a job was due.

use super::{
    EARLY, ExpectedJob, JobRun, Rhythm,
    run::{RunError, as_known},
    slots::{Slot, by_period, by_times},
};
use crate::Timestamp;

/// A time at which a job was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    pub due: Timestamp,
    pub outcome: Outcome,
    /// When the outcome became known; `None` while it is open.
    pub known_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has not started yet, and need not have.
    Pending,
    /// It started in time and may still run.
    Running,
    /// A run started within the grace, succeeded and did not take too long.
    OnTime,
    /// It started after the grace, or is expected still.
    Late { started: Option<Timestamp> },
    /// It had not started when it was due again.
    Missed,
    /// Every run that started in time failed. `mended` if a later one succeeded.
    Failed {
        at: Timestamp,
        error: Option<RunError>,
        mended: bool,
    },
    /// A run exceeds, or exceeded, its longest duration.
    TooLong {
        started: Timestamp,
        ended: Option<Timestamp>,
        /// It started within the grace and succeeded all the same.
        kept: bool,
    },
}

impl Tick {
    /// Tells if the tick was met: the run started within the grace period and succeeded. Only decided ticks count.
    pub fn good(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::OnTime | Outcome::TooLong { kept: true, .. }
        )
    }

    pub fn decided(&self) -> bool {
        self.known_at.is_some()
    }
}

/// The ticks of the job that were due from `from` to `now`, oldest first, each with its outcome.
///
/// `runs` are in the order in which they started, and begin with the last before `from` if there was any.
///
/// - A run belongs to the newest tick that was due when it started, or to the next when that is due within a minute.
/// - A cron job's ticks are cron's. A job with a period is due that long after its last start, or after it was last
///   due when it did not start; one that starts before its time, other than to repeat a failed run, has its tick then.
/// - Of several runs of a tick, one that started within the grace and succeeded makes it good. A success after a
///   failure that comes later than that mends what is wrong with the job, and the tick stays bad.
/// - A run that never ended has failed when a later one has ended, or the job has started a second time since.
pub fn ticks(job: &ExpectedJob, runs: &[JobRun], from: Timestamp, now: Timestamp) -> Vec<Tick> {
    let known = as_known(now, runs);
    let started = known.iter().peekable();
    let mut slots = match &job.rhythm {
        Rhythm::Cron(cron, zone) => {
            let ahead = cron.due(*zone, from, now + EARLY);
            by_times(&ahead, started)
        }
        Rhythm::Every(period) => by_period(*period, started, from, now),
    };
    slots.retain(|slot| (from..=now).contains(&slot.due));
    slots.iter().map(|slot| slot.judge(job, now)).collect()
}

impl Slot<'_> {
    fn judge(&self, job: &ExpectedJob, now: Timestamp) -> Tick {
        let in_time = self.due + job.grace;
        let deadline = self.next.map_or(in_time, |next| next.min(in_time));
        let (outcome, known_at) = self
            .kept(in_time, job, now)
            .or_else(|| self.overdue(job, now))
            .or_else(|| self.failed(job, now))
            .unwrap_or_else(|| self.started(in_time, deadline, now));
        Tick {
            due: self.due,
            outcome,
            known_at,
        }
    }

    fn kept(
        &self,
        in_time: Timestamp,
        job: &ExpectedJob,
        now: Timestamp,
    ) -> Option<(Outcome, Option<Timestamp>)> {
        let kept = self.runs.iter().filter(|run| {
            run.started_at <= in_time && run.succeeded() && run.overdue(job.longest, now).is_none()
        });
        let ends = kept.filter_map(|run| run.end.as_ref().map(|end| end.at));
        let known_at = ends.min()?;
        Some((Outcome::OnTime, Some(known_at)))
    }

    fn overdue(&self, job: &ExpectedJob, now: Timestamp) -> Option<(Outcome, Option<Timestamp>)> {
        // A failed run counts as failed, whatever its duration.
        let (run, known_at) = self
            .runs
            .iter()
            .rev()
            .filter(|run| !run.failed())
            .find_map(|run| Some((run, run.overdue(job.longest, now)?)))?;
        let outcome = Outcome::TooLong {
            started: run.started_at,
            ended: run.end.as_ref().map(|end| end.at),
            kept: run.started_at <= self.due + job.grace && run.succeeded(),
        };
        Some((outcome, Some(known_at)))
    }

    fn failed(&self, job: &ExpectedJob, now: Timestamp) -> Option<(Outcome, Option<Timestamp>)> {
        let (run, end) = self.runs.iter().rev().find_map(|run| {
            let end = run.end.as_ref().filter(|end| !end.success)?;
            Some((run, end))
        })?;
        let later = |other: &&&JobRun| other.started_at > run.started_at;
        let outcome = Outcome::Failed {
            at: end.at,
            error: end.error.clone(),
            mended: self.runs.iter().filter(later).any(|run| run.succeeded()),
        };
        // It counts as bad from the moment it exceeded the limit: a later moment would count it twice.
        let known_at = run.overdue(job.longest, now).unwrap_or(end.at);
        Some((outcome, Some(known_at)))
    }

    fn started(
        &self,
        in_time: Timestamp,
        deadline: Timestamp,
        now: Timestamp,
    ) -> (Outcome, Option<Timestamp>) {
        match self.runs.first() {
            Some(run) if run.started_at <= in_time => (Outcome::Running, None),
            Some(run) => {
                let started = Some(run.started_at);
                (Outcome::Late { started }, Some(deadline))
            }
            None if self.next.is_some_and(|next| next <= now) => (Outcome::Missed, Some(deadline)),
            None if now > in_time => (Outcome::Late { started: None }, Some(deadline)),
            None => (Outcome::Pending, None),
        }
    }
}
