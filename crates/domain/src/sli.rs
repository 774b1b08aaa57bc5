//! Service level indicators: counts of events and of good events.

use std::{iter::Sum, ops::Add};

use super::words;

words! {
    /// A service level that is kept, as metrics and `ops_sli` name it
    pub enum Target {
        ApiLatency = "api_latency",
        IngestSuccessRate = "ingest_success_rate",
        SchedulerOnTime = "scheduler_on_time",
    }
}

/// How many events there were, and how many of them were good. Requests within a bucket are counted in fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counted {
    pub good: f64,
    pub total: f64,
}

impl Counted {
    pub fn bad(self) -> f64 {
        self.total - self.good
    }
}

impl Add for Counted {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            good: self.good + other.good,
            total: self.total + other.total,
        }
    }
}

impl Sum for Counted {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}
