//! Detects periodic tasks that hang. Each task reports its completed rounds; only a restart helps one that hangs.
//!
//! Every wait for the database or Telegram has a time limit, so an outage never makes a task look stuck: a restart would
//! not end the outage, and would lose the alerts that could not be stored yet.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A task that completes a round every few seconds, or once per check interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodicTask {
    Outbox,
    Time,
    Sweep,
}

/// A round of the outbox or of the timekeeper is a few queries of at most half a minute each.
const SHORT_ROUND: Duration = Duration::from_secs(5 * 60);
/// A sweep runs dozens of such queries between two reports.
const SWEEP_STAGE: Duration = Duration::from_secs(30 * 60);

impl PeriodicTask {
    pub const ALL: [Self; 3] = [Self::Outbox, Self::Time, Self::Sweep];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Time => "time",
            Self::Sweep => "sweep",
        }
    }

    /// The longest silence that is normal. A sweep is silent between two intervals and before the first one.
    fn timeout(self, between_sweeps: Duration) -> Duration {
        match self {
            Self::Outbox | Self::Time => SHORT_ROUND,
            Self::Sweep => between_sweeps + SWEEP_STAGE,
        }
    }
}

/// When each task last completed a round.
pub struct Watchdog([Mutex<Instant>; PeriodicTask::ALL.len()]);

impl Watchdog {
    pub fn new(now: Instant) -> Self {
        Self(std::array::from_fn(|_| Mutex::new(now)))
    }

    pub fn round_completed(&self, task: PeriodicTask, now: Instant) {
        *self.0[task as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// The tasks that have been silent for longer than their timeout.
    pub fn stuck(&self, now: Instant, between_sweeps: Duration) -> Vec<PeriodicTask> {
        let silent_for = |task: PeriodicTask| {
            let last = self.0[task as usize]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            now.saturating_duration_since(*last)
        };
        let stuck = |task: &PeriodicTask| silent_for(*task) > task.timeout(between_sweeps);
        PeriodicTask::ALL.into_iter().filter(stuck).collect()
    }
}
