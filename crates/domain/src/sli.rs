//! What service levels are made of: events, some of them good.

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

/// A service level that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    ApiLatency,
    IngestSuccessRate,
    SchedulerOnTime,
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no service level")]
pub struct UnknownTarget(String);

impl Target {
    pub const ALL: [Self; 3] = [
        Self::ApiLatency,
        Self::IngestSuccessRate,
        Self::SchedulerOnTime,
    ];

    /// Its label in the metrics, and its name in `ops_sli`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiLatency => "api_latency",
            Self::IngestSuccessRate => "ingest_success_rate",
            Self::SchedulerOnTime => "scheduler_on_time",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        let found = Self::ALL.into_iter().find(|target| target.as_str() == name);
        found.ok_or_else(|| UnknownTarget(name.to_owned()))
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
