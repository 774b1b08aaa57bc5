//! Whether the parts that work by the clock still get round. Each says so itself; a restart helps one that does not.
//!
//! What they wait for outside (the database, Telegram) is bounded in time, so an outage is no reason to be silent for
//! longer than a part's patience: a restart would not end it, and would forget what could not be written down.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A part that gets round at least every few seconds, or once an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Outbox,
    Time,
    Sweep,
}

/// The rounds of the outbox and of the time's keeper are a few queries, of at most half a minute each.
const SHORT_ROUND: Duration = Duration::from_secs(5 * 60);
/// Between two signs of a sweep there are dozens of such queries.
const SWEEP_STAGE: Duration = Duration::from_secs(30 * 60);

impl Part {
    pub const ALL: [Self; 3] = [Self::Outbox, Self::Time, Self::Sweep];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Time => "time",
            Self::Sweep => "sweep",
        }
    }

    /// How long it may give no sign; a sweep gives none between two intervals either, nor before the first.
    fn patience(self, between_sweeps: Duration) -> Duration {
        match self {
            Self::Outbox | Self::Time => SHORT_ROUND,
            Self::Sweep => between_sweeps + SWEEP_STAGE,
        }
    }
}

/// When each part last got round.
pub struct Pulses([Mutex<Instant>; Part::ALL.len()]);

impl Pulses {
    pub fn new(now: Instant) -> Self {
        Self(std::array::from_fn(|_| Mutex::new(now)))
    }

    pub fn beat(&self, part: Part, now: Instant) {
        *self.0[part as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// The parts that have given no sign for longer than is explained by anything but a fault of the program.
    pub fn stuck(&self, now: Instant, between_sweeps: Duration) -> Vec<Part> {
        let since = |part: Part| {
            let last = self.0[part as usize]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            now.saturating_duration_since(*last)
        };
        let stuck = |part: &Part| since(*part) > part.patience(between_sweeps);
        Part::ALL.into_iter().filter(stuck).collect()
    }
}
