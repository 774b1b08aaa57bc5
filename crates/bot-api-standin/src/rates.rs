//! Telegram's sending limits, as sliding windows.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use super::id::ChatId;

/// "More than one message per second" in a chat, with the short bursts Telegram allows.
const ONE_CHAT: Limit = Limit::new(5, Duration::from_secs(5));
/// "20 messages per minute to the same group".
const ONE_GROUP: Limit = Limit::new(20, Duration::from_mins(1));
/// "About 30 messages per second" over all chats.
const ALL_CHATS: Limit = Limit::new(30, Duration::from_secs(1));

struct Limit {
    count: usize,
    span: Duration,
}

impl Limit {
    const fn new(count: usize, span: Duration) -> Self {
        Self { count, span }
    }

    /// How long until the window has room again; `None` when it has room.
    fn wait(&self, sent: &VecDeque<Instant>, now: Instant) -> Option<Duration> {
        let oldest = *sent.get(sent.len().checked_sub(self.count)?)?;
        (oldest + self.span).checked_duration_since(now)
    }
}

#[derive(Default)]
pub struct Rates {
    all: VecDeque<Instant>,
    chats: HashMap<ChatId, VecDeque<Instant>>,
}

impl Rates {
    /// Counts a message, or says in how many seconds to try again.
    pub fn admit(&mut self, chat: ChatId, now: Instant) -> Result<(), u64> {
        let sent = self.chats.entry(chat).or_default();
        let waits = [
            ONE_CHAT.wait(sent, now),
            ONE_GROUP.wait(sent, now).filter(|_| chat < 0),
            ALL_CHATS.wait(&self.all, now),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait.as_secs() + 1);
        }
        remember(sent, now);
        remember(&mut self.all, now);
        Ok(())
    }
}

fn remember(sent: &mut VecDeque<Instant>, now: Instant) {
    sent.push_back(now);
    if sent.len() > ALL_CHATS.count {
        sent.pop_front();
    }
}
