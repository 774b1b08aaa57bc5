//! A webhook that another program has set on the bot's token: it gets the commands and presses.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a removed webhook is shown: its owner may set it again.
pub const TOLD_FOR: Duration = Duration::from_secs(3600);

#[derive(Default)]
pub struct Webhooks(Mutex<Option<Seen>>);

struct Seen {
    host: String,
    is_set: bool,
    at: Instant,
}

impl Webhooks {
    pub fn found(&self, host: &str) {
        *self.lock() = Some(Seen {
            host: host.to_owned(),
            is_set: true,
            at: Instant::now(),
        });
    }

    /// It is removed, or Telegram has given updates, which it does not while one is set.
    pub fn gone(&self) {
        if let Some(seen) = self.lock().as_mut() {
            seen.is_set = false;
        }
    }

    /// The host of the one that is set at this moment.
    pub fn set(&self) -> Option<String> {
        let seen = self.lock();
        seen.as_ref()
            .filter(|seen| seen.is_set)
            .map(|seen| seen.host.clone())
    }

    /// The host of the most recent one, set or removed.
    pub fn of_late(&self) -> Option<String> {
        let seen = self.lock();
        seen.as_ref()
            .filter(|seen| seen.is_set || seen.at.elapsed() <= TOLD_FOR)
            .map(|seen| seen.host.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
