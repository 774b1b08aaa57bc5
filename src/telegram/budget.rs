//! One budget for all that is sent: Telegram counts messages, edits and answers together.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Telegram allows about 30 calls a second; some room is left for the updates' poller.
const CALLS_A_SECOND: NonZeroU32 = NonZeroU32::new(25).expect("not zero");
/// Telegram allows about one message a second in a private chat and forgives short bursts.
const PRIVATE_A_SECOND: NonZeroU32 = NonZeroU32::new(1).expect("not zero");
const PRIVATE_BURST: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
/// Telegram allows 20 messages a minute in a group: these two together never exceed it.
const GROUP_A_MINUTE: NonZeroU32 = NonZeroU32::new(15).expect("not zero");
const GROUP_BURST: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// How many refusals a stranger gets at once, and how long until the next. Whoever goes on asking is only counted:
/// the answers would take the alerts' places in the chat's budget.
const REFUSALS: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
const REFUSAL_EVERY: Duration = Duration::from_secs(600);
/// Above this many strangers, those who have been quiet are forgotten.
const STRANGERS_MAX: usize = 1000;

pub struct Budget {
    all: DefaultDirectRateLimiter,
    private: DefaultKeyedRateLimiter<i64>,
    group: DefaultKeyedRateLimiter<i64>,
    strangers: DefaultKeyedRateLimiter<i64>,
}

impl Budget {
    pub fn new() -> Self {
        Self {
            all: RateLimiter::direct(Quota::per_second(CALLS_A_SECOND)),
            private: RateLimiter::keyed(
                Quota::per_second(PRIVATE_A_SECOND).allow_burst(PRIVATE_BURST),
            ),
            group: RateLimiter::keyed(Quota::per_minute(GROUP_A_MINUTE).allow_burst(GROUP_BURST)),
            strangers: RateLimiter::keyed(
                Quota::with_period(REFUSAL_EVERY)
                    .expect("not zero")
                    .allow_burst(REFUSALS),
            ),
        }
    }

    /// Waits for a place for a message or an edit in the chat.
    pub async fn message(&self, chat_id: i64) {
        // Telegram gives groups negative ids.
        if chat_id < 0 {
            self.group.until_key_ready(&chat_id).await;
        } else {
            self.private.until_key_ready(&chat_id).await;
        }
        self.call().await;
    }

    /// Whether this stranger gets an answer yet again.
    pub fn refusal(&self, user: i64) -> bool {
        if self.strangers.len() > STRANGERS_MAX {
            self.strangers.retain_recent();
        }
        self.strangers.check_key(&user).is_ok()
    }

    /// Waits for a place for a call that writes nothing into a chat.
    pub async fn call(&self) {
        self.all.until_ready().await;
    }
}
