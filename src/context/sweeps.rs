//! The sweeps, here and in other instances.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
    time::Instant,
};

use tokio::sync::{Notify, Semaphore};

use crate::{domain::Timestamp, held_lease::HeldLease};

/// All checks at once take most of the database's connections.
const RUNS_MOST: usize = 2;

pub struct Sweeps {
    /// Of the lease that lets one of several instances sweep.
    pub lease: HeldLease,
    /// Held by a sweep, and for each step of deleting old history; waiters take it in order.
    pub turn: tokio::sync::Mutex<()>,
    /// Held while checks that are not built in run and are acted on.
    pub configured: Arc<tokio::sync::Mutex<()>>,
    /// Limits concurrent runs of checks on request.
    pub by_hand: Semaphore,
    /// A sweep has ended, here or in another instance: the daily facts are verified after each.
    pub has_ended: Notify,
    /// The instance that swept before may have been killed before it started what its alerts called for.
    pub takes_over: AtomicBool,
    started_at: Timestamp,
    newest: Mutex<Newest>,
    /// The missing tables that the chats know of.
    missing: Mutex<BTreeSet<String>>,
    /// The reason why the newest sweep could not be journalled.
    unjournalled: Mutex<Option<String>>,
}

/// The end of the newest sweep, of any instance.
#[derive(Clone, Copy)]
struct Newest {
    at: Option<Timestamp>,
    /// The same by the monotonic clock; the start before the first sweep.
    ended: Instant,
}

impl Sweeps {
    pub fn new(started_at: Timestamp) -> Self {
        Self {
            lease: HeldLease::default(),
            turn: tokio::sync::Mutex::default(),
            configured: Arc::default(),
            by_hand: Semaphore::new(RUNS_MOST),
            has_ended: Notify::new(),
            takes_over: AtomicBool::new(true),
            started_at,
            newest: Mutex::new(Newest {
                at: None,
                ended: Instant::now(),
            }),
            missing: Mutex::default(),
            unjournalled: Mutex::default(),
        }
    }

    /// Takes note of a sweep that ended, here or in another instance.
    pub fn ended(&self, at: Timestamp) {
        *self.newest() = Newest {
            at: Some(at),
            ended: Instant::now(),
        };
        self.has_ended.notify_one();
    }

    /// The time since the newest sweep ended, or since the start. Moving the clock back does not make it shorter.
    pub fn age(&self, now: Timestamp) -> chrono::Duration {
        let Newest { at, ended } = *self.newest();
        let told = now.since(at.unwrap_or(self.started_at));
        chrono::Duration::from_std(ended.elapsed()).map_or(told, |passed| told.max(passed))
    }

    pub fn last(&self) -> Option<Timestamp> {
        self.newest().at
    }

    /// Takes note of an attempt to put the newest sweep on record.
    pub fn journalled(&self, outcome: &sqlx::Result<()>) {
        let why = outcome.as_ref().err().map(ToString::to_string);
        *self
            .unjournalled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub fn unjournalled(&self) -> Option<String> {
        let unjournalled = self.unjournalled.lock();
        unjournalled.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes note of the tables that are missing now. Those that were not missing before.
    pub fn newly_missing(&self, now: BTreeSet<String>) -> BTreeSet<String> {
        let mut known = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let news = now.difference(&known).cloned().collect();
        *known = now;
        news
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
