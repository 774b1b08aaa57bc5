//! The current time. Tests set it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use chrono::{Duration, Utc};

use crate::domain::Timestamp;

#[derive(Clone, Debug, Default)]
pub struct Clock {
    hand: Arc<Mutex<Hand>>,
}

#[derive(Debug, Default)]
enum Hand {
    /// The host's clock, which an administrator or NTP may set at any time.
    #[default]
    Host,
    /// Another clock's time, continued by the monotonic clock.
    Followed { at: Timestamp, since: Instant },
    /// It moves only by [`Clock::advance`].
    #[allow(dead_code, reason = "the tests set the time")]
    Standing(Timestamp),
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    #[allow(dead_code, reason = "the tests set the time")]
    pub fn standing_at(moment: Timestamp) -> Self {
        Self {
            hand: Arc::new(Mutex::new(Hand::Standing(moment))),
        }
    }

    pub fn now(&self) -> Timestamp {
        match *self.hand() {
            Hand::Host => Timestamp::new(Utc::now()),
            Hand::Followed { at, since } => {
                at + Duration::from_std(since.elapsed()).unwrap_or(Duration::MAX)
            }
            Hand::Standing(moment) => moment,
        }
    }

    /// Follows a clock shared by several processes instead of the host's. A fixed clock is not changed.
    pub fn follow(&self, shared: Timestamp) {
        let mut hand = self.hand();
        if !matches!(*hand, Hand::Standing(_)) {
            *hand = Hand::Followed {
                at: shared,
                since: Instant::now(),
            };
        }
    }

    /// Moves a standing clock, backwards too. Others do not move.
    #[allow(dead_code, reason = "the tests set the time")]
    pub fn advance(&self, by: Duration) {
        if let Hand::Standing(moment) = &mut *self.hand() {
            *moment = *moment + by;
        }
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
