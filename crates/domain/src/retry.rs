//! Whether a failed attempt is followed by another one, and when.

use std::time::Duration;

use super::backoff;

/// How often something is tried again, and how long the waits in between are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub most: u32,
    /// The wait before the first one, at most; each further one is twice as long.
    pub first: Duration,
    pub longest: Duration,
}

/// What a failure says of another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It may be over by then.
    ForNow,
    /// It would end the same way.
    ForGood,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Again { after: Duration },
    GiveUp(GivenUp),
}

/// Why there is no other attempt.
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

/// What follows a failure after that many retries. `jitter` is in `0.0..1.0`.
pub fn next_attempt(failing: Failing, made: u32, retries: &RetryPolicy, jitter: f64) -> Next {
    match failing {
        Failing::ForGood => Next::GiveUp(GivenUp::InVain),
        Failing::ForNow if made >= retries.most => Next::GiveUp(GivenUp::Exhausted),
        Failing::ForNow => Next::Again {
            after: backoff(made + 1, retries.first, retries.longest, jitter),
        },
    }
}
