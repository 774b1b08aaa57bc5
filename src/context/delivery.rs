//! The lease and the signals of the outbox.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Notify;

use crate::held_lease::HeldLease;

/// Limits tries of lost chats, so that messages in a chat which the bot cannot write to do not keep it busy. The first
/// one is tried at once.
const KNOCKS_A_MINUTE: NonZeroU32 = NonZeroU32::new(12).unwrap();

pub struct Delivery {
    /// Of the lease that lets one of several instances deliver.
    pub lease: HeldLease,
    /// Wakes the outbox when there is something to deliver.
    pub mail: Notify,
    /// Wakes the task that tries lost chats again.
    pub lost_chats: Notify,
    /// The rate limiter for tries of lost chats.
    pub knocks: DefaultKeyedRateLimiter<i64>,
}

impl Default for Delivery {
    fn default() -> Self {
        let knocks = Quota::per_minute(KNOCKS_A_MINUTE).allow_burst(NonZeroU32::MIN);
        Self {
            lease: HeldLease::default(),
            mail: Notify::new(),
            lost_chats: Notify::new(),
            knocks: RateLimiter::keyed(knocks),
        }
    }
}
