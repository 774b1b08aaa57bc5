//! The retry policy: whether a failed attempt is followed by another one, and when.

use std::time::Duration;

use super::backoff;

/// The number of retries and the waits between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub most: u32,
    /// The longest wait before the first retry; it doubles with each further one.
    pub first: Duration,
    pub longest: Duration,
}

/// Tells if another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Temporary: another attempt may succeed.
    ForNow,
    /// Permanent: another attempt would fail too.
    ForGood,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Again { after: Duration },
    GiveUp(GivenUp),
}

/// The reason for making no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    InVain,
    Exhausted,
}

impl GivenUp {
    /// As the log calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InVain => "another attempt would change nothing",
            Self::Exhausted => "there were attempts enough",
        }
    }
}

/// The step after a failure that was preceded by `made` retries. `jitter` is in `0.0..1.0`.
pub fn next_attempt(failing: Failing, made: u32, retries: &RetryPolicy, jitter: f64) -> Next {
    match failing {
        Failing::ForGood => Next::GiveUp(GivenUp::InVain),
        Failing::ForNow if made >= retries.most => Next::GiveUp(GivenUp::Exhausted),
        Failing::ForNow => Next::Again {
            after: backoff(made + 1, retries.first, retries.longest, jitter),
        },
    }
}
