//! One budget for everything that is sent: Telegram counts messages, edits and answers together.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _,
};
use tokio::sync::Mutex;

use crate::settings::Rates;

/// Evenly: with a burst, 25 calls a second would exceed Telegram's limit of 30.
const CALLS_BURST: NonZeroU32 = NonZeroU32::new(1).expect("not zero");
/// Telegram tolerates short bursts in a chat, of about five messages in five seconds. A person's presses come in such
/// bursts; if alerts exceed them, Telegram says how long to wait.
const PRIVATE_BURST: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
/// One less, because a group's next permit comes within those five seconds, and its waits are long.
const GROUP_BURST: NonZeroU32 = NonZeroU32::new(4).expect("not zero");

/// How many refusals a stranger gets at once. Further ones are only counted: the answers would use up the chat's budget
/// for alerts.
const REFUSALS: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
const REFUSAL_EVERY: Duration = Duration::from_secs(600);
/// Above this number, strangers who have been quiet are forgotten.
const STRANGERS_MAX: usize = 1000;

pub struct Budget {
    all: DefaultDirectRateLimiter,
    /// Queues the senders, first come, first served.
    turn: Mutex<()>,
    private: DefaultKeyedRateLimiter<i64>,
    group: DefaultKeyedRateLimiter<i64>,
    strangers: DefaultKeyedRateLimiter<i64>,
}

impl Budget {
    pub fn new(rates: &Rates) -> Self {
        let in_chat = |rate, burst| RateLimiter::keyed(Quota::per_minute(rate).allow_burst(burst));
        let all = Quota::per_second(rates.calls_a_second).allow_burst(CALLS_BURST);
        Self {
            all: RateLimiter::direct(all),
            turn: Mutex::default(),
            private: in_chat(rates.chat_a_minute, PRIVATE_BURST),
            group: in_chat(rates.group_a_minute, GROUP_BURST),
            strangers: RateLimiter::keyed(
                Quota::with_period(REFUSAL_EVERY)
                    .expect("not zero")
                    .allow_burst(REFUSALS),
            ),
        }
    }

    /// Waits for the budget for a message or an edit in the chat. The chat's permit is taken last: permits taken while
    /// others were ahead would all be used at once.
    pub async fn message(&self, chat_id: i64) {
        let chats = self.of(chat_id);
        loop {
            let turn = self.turn.lock().await;
            let Err(full) = chats.check_key(&chat_id) else {
                return self.call().await;
            };
            drop(turn);
            tokio::time::sleep(full.wait_time_from(chats.clock().now())).await;
        }
    }

    /// Spends the chat's budget for the answer to a press. The answer must arrive within seconds, so it does not wait;
    /// later messages do.
    pub async fn answer(&self, chat_id: i64) {
        let _ = self.of(chat_id).check_key(&chat_id);
        self.call().await;
    }

    /// Tells if this stranger gets another refusal.
    pub fn refusal(&self, user: i64) -> bool {
        if self.strangers.len() > STRANGERS_MAX {
            self.strangers.retain_recent();
        }
        self.strangers.check_key(&user).is_ok()
    }

    /// Waits for the overall budget, for a call that writes nothing into a chat.
    pub async fn call(&self) {
        self.all.until_ready().await;
    }

    fn of(&self, chat_id: i64) -> &DefaultKeyedRateLimiter<i64> {
        // Telegram gives groups negative ids.
        if chat_id < 0 {
            &self.group
        } else {
            &self.private
        }
    }
}
