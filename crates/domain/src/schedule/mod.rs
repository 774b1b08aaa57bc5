//! Jobs that are expected to run, and how their runs compare with what was expected.

mod cron;
mod judging;
mod run;
mod slots;

use chrono::Duration;
use chrono_tz::Tz;

pub use self::{
    cron::{BadCron, Cron},
    judging::{Outcome, Tick, ticks},
    run::{JobRun, RunEnd},
};
use super::Timestamp;

/// How early a run may start and still be that of the tick to come: clocks of two hosts differ, by less than this.
const EARLY: Duration = Duration::minutes(1);
/// Of what lies between two ticks, this part at most counts as early: ticks of every minute must not swap their runs.
const EARLY_PART: i32 = 4;
/// How far back the newest ticks of a job are looked for, nearest first; the last is a leap year and a week.
const LOOK_BACK: [Duration; 4] = [
    Duration::days(2),
    Duration::days(15),
    Duration::days(70),
    Duration::days(373),
];
/// A run that may take as long as it likes has mostly ended after this.
const MOSTLY_ENDED: Duration = Duration::days(1);
/// The newest tick may still be open, and the one before is then the newest that is decided.
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

/// When a job is due.
#[derive(Clone, Debug, PartialEq)]
pub enum Rhythm {
    Cron(Cron, Tz),
    /// So long after its last start.
    Every(Duration),
}

impl ExpectedJob {
    /// The longest name that can be listed; it stands in messages and in addresses.
    pub const NAME_MAX: usize = 100;

    /// From where the job's newest ticks must be judged to know how it stands.
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

    /// Whether it was due between these, early enough for what became of it to be known by the end.
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
