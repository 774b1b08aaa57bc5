//! A lease as the process that holds it sees it, by a monotonic clock. A process can be suspended for minutes between any
//! two steps, so it asks before it acts whether another process may have taken the lease over.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::db::LEASE_LASTS;

/// When the lease was last renewed; `None` while this process does not hold it.
#[derive(Default)]
pub struct HeldLease(Mutex<Option<Instant>>);

impl HeldLease {
    /// The lease was taken or renewed. It counts from `asked`, because the database may have answered late.
    pub fn renew(&self, asked: Instant) {
        *self.renewed_at() = Some(asked);
    }

    /// Another process holds the lease.
    pub fn lose(&self) {
        *self.renewed_at() = None;
    }

    /// Tells if this process held the lease when it last asked; the lease may have expired since.
    pub fn is_ours(&self) -> bool {
        self.renewed_at().is_some()
    }

    /// Tells if the lease has not expired, so that no other process can hold it.
    pub fn is_valid(&self, now: Instant) -> bool {
        let lasts = LEASE_LASTS.to_std().unwrap_or_default();
        self.age(now).is_some_and(|age| age < lasts)
    }

    /// Tells if it has been renewed within that time.
    pub fn is_fresh(&self, now: Instant, within: Duration) -> bool {
        self.age(now).is_some_and(|age| age < within)
    }

    fn age(&self, now: Instant) -> Option<Duration> {
        let renewed_at = *self.renewed_at();
        renewed_at.map(|at| now.saturating_duration_since(at))
    }

    fn renewed_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
