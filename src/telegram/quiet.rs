//! Chats that Telegram has asked to be left alone for a time.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use super::{Failure, Telegram};

impl Telegram {
    pub(super) fn may_write_now(&self, chat: i64) -> Result<(), Failure> {
        match self.quiet_for(chat) {
            Some(wait) => Err(Failure::RetryAfter(wait)),
            None => Ok(()),
        }
    }

    pub(super) fn heed(&self, chat: i64, failure: &Failure) {
        if let Failure::RetryAfter(wait) = failure {
            let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
            quiet.retain(|_, until| *until > Instant::now());
            let asked = Instant::now() + *wait;
            let until = quiet.entry(chat).or_insert(asked);
            *until = asked.max(*until);
        }
    }

    pub(super) fn quiet_for(&self, chat: i64) -> Option<Duration> {
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet
            .get(&chat)
            .and_then(|until| until.checked_duration_since(Instant::now()))
    }
}
