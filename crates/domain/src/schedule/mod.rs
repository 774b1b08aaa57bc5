//! Expected jobs, and the comparison of their runs with their schedule.

mod cron;
mod judging;
mod run;
mod slots;

use chrono::Duration;
use chrono_tz::Tz;

pub use self::{
    cron::{BadCron, Cron},
    judging::{Outcome, Tick, ticks},
    run::{JobRun, RunEnd, RunError},
};
use super::Timestamp;

/// How early a run may start and still belong to the next tick, because the clocks of two hosts differ.
const EARLY: Duration = Duration::minutes(1);
/// At most this fraction of the gap between two ticks counts as early, so that jobs that run every minute do not swap
/// their runs.
const EARLY_PART: i32 = 4;
/// How far back the newest ticks are searched, nearest first; the last is a leap year and a week.
const LOOK_BACK: [Duration; 4] = [
    Duration::days(2),
    Duration::days(15),
    Duration::days(70),
    Duration::days(373),
];
/// The assumed duration of a run without a limit.
const MOSTLY_ENDED: Duration = Duration::days(1);
/// The newest tick may be undecided; then the one before is the newest decided one.
const TICKS_WANTED: usize = 2;

#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedJob {
    /// As in `job_runs`.
    pub name: String,
    pub rhythm: Rhythm,
    /// How much later than due a run may start.
    pub grace: Duration,
    /// How long a run may take.
    pub longest: Option<Duration>,
}

/// The schedule of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Rhythm {
    Cron(Cron, Tz),
    /// This long after its last start.
    Every(Duration),
}

impl ExpectedJob {
    /// The start of the range whose ticks must be judged to know the job's current state.
    pub fn look_back(&self, now: Timestamp) -> Timestamp {
        let [nearest, .., farthest] = LOOK_BACK;
        let back = match &self.rhythm {
            Rhythm::Every(period) => (*period * 3).max(nearest),
            Rhythm::Cron(cron, zone) => LOOK_BACK
                .into_iter()
                .find(|back| cron.due(*zone, now - *back, now).len() >= TICKS_WANTED)
                .unwrap_or(farthest),
        };
        now - back
    }

    /// Tells if it was due between these moments, early enough for the outcome to be known at the end.
    pub fn was_due(&self, from: Timestamp, to: Timestamp) -> bool {
        let last = to - self.grace - self.longest.unwrap_or(MOSTLY_ENDED);
        match &self.rhythm {
            Rhythm::Every(period) => from + *period <= last,
            Rhythm::Cron(cron, zone) => LOOK_BACK
                .into_iter()
                .any(|back| !cron.due(*zone, from.max(last - back), last).is_empty()),
        }
    }
}

/// How early a run may start for a tick that is this long after the one before.
fn early(gap: Duration) -> Duration {
    EARLY.min(gap / EARLY_PART)
}
