//! How many connections the server grants.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a refusal counts after the last one. The driver tries again within that.
const SHORT_FOR: Duration = Duration::from_secs(3);
/// How long connections must be refused, with none granted, until it is reported.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Default)]
pub struct ConnectionShortage(Mutex<Option<Shortage>>);

#[derive(Clone, Copy)]
struct Shortage {
    since: Instant,
    last: Instant,
}

impl ConnectionShortage {
    /// Records a refused connection. Returns whether to report it rather than retry.
    pub fn refused(&self) -> bool {
        let now = Instant::now();
        let mut shortage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let going_on = shortage.filter(|shortage| now - shortage.last < SHORT_FOR);
        let since = going_on.map_or(now, |shortage| shortage.since);
        *shortage = Some(Shortage { since, last: now });
        now - since >= PATIENCE
    }

    /// A connection waits for a session that the pooler has no room for.
    pub fn wanted(&self) {
        let now = Instant::now();
        let mut shortage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = shortage.map_or(now, |shortage| shortage.since);
        *shortage = Some(Shortage { since, last: now });
    }

    /// Another connection was granted; the next refusal is the first of another shortage, which may still go on.
    pub fn granted(&self) {
        let mut shortage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shortage) = shortage.as_mut() {
            shortage.since = Instant::now();
        }
    }

    /// Tells if a task waits for a connection that another one must give up.
    pub fn is_short(&self) -> bool {
        let shortage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shortage.is_some_and(|shortage| shortage.last.elapsed() < SHORT_FOR)
    }
}
