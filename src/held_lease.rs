//! Whether this process still has what it took in the database for a while, by a clock that nobody sets. A process can be
//! stopped for minutes between any two of its steps; before it acts, it must know that nobody has taken its place.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::db::LEASE_LASTS;

/// Nothing while another process holds the lease, or none.
#[derive(Default)]
pub struct Hold(Mutex<Option<Instant>>);

impl Hold {
    /// The lease was taken or renewed. It lasts from when that was asked for: the answer may have been long in coming.
    pub fn renew(&self, asked: Instant) {
        *self.since() = Some(asked);
    }

    /// Another process has the lease.
    pub fn lose(&self) {
        *self.since() = None;
    }

    /// Tells if this process had the lease when it last heard of it.
    pub fn is_ours(&self) -> bool {
        self.since().is_some()
    }

    /// Tells if nobody can have taken the lease over yet.
    pub fn stands(&self, now: Instant) -> bool {
        let lasts = LEASE_LASTS.to_std().unwrap_or_default();
        self.age(now).is_some_and(|age| age < lasts)
    }

    /// Tells if it has been renewed within that time.
    pub fn is_fresh(&self, now: Instant, within: Duration) -> bool {
        self.age(now).is_some_and(|age| age < within)
    }

    fn age(&self, now: Instant) -> Option<Duration> {
        let since = *self.since();
        since.map(|since| now.saturating_duration_since(since))
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
