//! Remembers from the newest call if Telegram answers.

use std::sync::{PoisonError, atomic::Ordering};

use super::{Failure, Telegram};

impl Telegram {
    /// Records the outcome of a call.
    pub fn note(&self, failure: Option<&Failure>) {
        let reached = failure
            .filter(|failure| !failure.was_answered())
            .cloned()
            .map_or(Ok(()), Err);
        self.metrics.telegram_up.set(i64::from(reached.is_ok()));
        let answered = reached.is_ok();
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let before = newest.replace(reached);
        if answered && !matches!(before, Some(Ok(()))) {
            self.is_back.store(true, Ordering::Relaxed);
            self.back.notify_one();
        }
    }

    /// Waits until Telegram answers again after an outage.
    pub async fn returned(&self) {
        self.back.notified().await;
    }

    /// Tells if Telegram has answered again since the last call of this function.
    pub fn has_returned(&self) -> bool {
        self.is_back.swap(false, Ordering::Relaxed)
    }

    /// The outcome of the newest call; `None` before the first.
    pub fn reached(&self) -> Option<Result<(), Failure>> {
        self.newest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
