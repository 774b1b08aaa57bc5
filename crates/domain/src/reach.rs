//! Which chats messages reach, and when a lost one is tried again.

use chrono::Duration;

use super::{ChatTarget, Timestamp};

const WAIT_FIRST: Duration = Duration::seconds(10);
const WAIT_LONGEST: Duration = Duration::hours(1);
/// A chat that was lost this long ago, and came back, is lost anew; one that is lost again before that is left alone for
/// longer and longer.
const FORGOTTEN_AFTER: Duration = Duration::hours(1);

/// What Telegram has said about a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatRecord {
    pub chat_id: i64,
    pub moved_to: Option<i64>,
    pub lost_since: Option<Timestamp>,
    pub reason: Option<String>,
    /// It is written to again, and nothing has arrived yet.
    pub on_trial: bool,
    pub tried_at: Option<Timestamp>,
    pub wait: Duration,
    pub tries: u32,
}

impl ChatRecord {
    /// Tells if a lost chat is to be tried at this moment. A clock that was set back does not keep it waiting.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let is_over = |tried_at: Timestamp| now < tried_at || now.since(tried_at) >= self.wait;
        self.lost_since.is_some() && self.tried_at.is_none_or(is_over)
    }

    /// How often it was tried in vain, as far as that counts when it is lost at this moment.
    pub fn tries_so_far(&self, now: Timestamp) -> u32 {
        let is_recent = |tried_at: &Timestamp| now.since(*tried_at) < FORGOTTEN_AFTER;
        self.tried_at
            .filter(|tried_at| is_recent(tried_at) || self.on_trial)
            .map_or(0, |_| self.tries)
    }

    fn is_unreachable(&self) -> bool {
        self.lost_since.is_some() || self.on_trial
    }
}

/// How long a chat is left alone after so many tries in vain.
pub fn wait_of_lost(tries: u32) -> Duration {
    let doubled = WAIT_FIRST * 2_i32.saturating_pow(tries.min(16));
    doubled.min(WAIT_LONGEST)
}

/// How many of the chats that alerts are pushed to can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub reachable: usize,
    /// The others, and why not.
    pub lost: Vec<(i64, String)>,
}

impl Reach {
    /// A chat with several topics counts once.
    pub fn of(chats: &[ChatTarget], records: &[ChatRecord]) -> Self {
        let record = |id| records.iter().find(|record| record.chat_id == id);
        let mut ids: Vec<i64> = chats
            .iter()
            .map(|chat| where_now(*chat, records).chat_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut reach = Self::default();
        for id in ids {
            match record(id).filter(|record| record.is_unreachable()) {
                Some(lost) => reach
                    .lost
                    .push((id, lost.reason.clone().unwrap_or_default())),
                None => reach.reachable += 1,
            }
        }
        reach
    }

    /// Alerts are to be pushed, and arrive nowhere.
    pub fn is_nobody(&self) -> bool {
        self.reachable == 0 && !self.lost.is_empty()
    }
}

/// Where the chat is now, which a supergroup may have taken the place of.
pub fn where_now(chat: ChatTarget, records: &[ChatRecord]) -> ChatTarget {
    let record = records.iter().find(|record| record.chat_id == chat.chat_id);
    let moved = record.and_then(|record| record.moved_to);
    ChatTarget {
        chat_id: moved.unwrap_or(chat.chat_id),
        ..chat
    }
}
