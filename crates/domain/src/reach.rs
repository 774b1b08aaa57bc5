//! Reachability of chats, and when an unreachable one is tried again.

use chrono::Duration;

use super::{ChatTarget, Rejection, Timestamp};

const WAIT_FIRST: Duration = Duration::seconds(10);
const WAIT_LONGEST: Duration = Duration::hours(1);
/// A chat that is lost again within this time after its last try keeps its back-off; later, it begins again.
const FORGOTTEN_AFTER: Duration = Duration::hours(1);

/// The known state of a chat in Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatRecord {
    pub chat_id: i64,
    pub moved_to: Option<i64>,
    pub lost_since: Option<Timestamp>,
    pub reason: Option<Rejection>,
    /// It is written to again, but no message has arrived yet.
    pub on_trial: bool,
    pub tried_at: Option<Timestamp>,
    pub wait: Duration,
    pub tries: u32,
}

impl ChatRecord {
    /// Tells if a lost chat should be tried now. Moving the clock back must not delay it.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let is_over = |tried_at: Timestamp| now < tried_at || now.since(tried_at) >= self.wait;
        self.lost_since.is_some() && self.tried_at.is_none_or(is_over)
    }

    /// The number of failed tries that count if the chat is lost at `now`.
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

/// The wait before the next try after `tries` failed ones.
pub fn wait_of_lost(tries: u32) -> Duration {
    let doubled = WAIT_FIRST * 2_i32.saturating_pow(tries.min(16));
    doubled.min(WAIT_LONGEST)
}

/// How many of the chats that alerts are pushed to can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub reachable: usize,
    /// The others, with the reasons.
    pub lost: Vec<(i64, Option<Rejection>)>,
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
                Some(lost) => reach.lost.push((id, lost.reason.clone())),
                None => reach.reachable += 1,
            }
        }
        reach
    }

    /// There are alert chats, and none is reachable.
    pub fn is_nobody(&self) -> bool {
        self.reachable == 0 && !self.lost.is_empty()
    }
}

/// The chat's current id: a group may have become a supergroup.
pub fn where_now(chat: ChatTarget, records: &[ChatRecord]) -> ChatTarget {
    let record = records.iter().find(|record| record.chat_id == chat.chat_id);
    let moved = record.and_then(|record| record.moved_to);
    ChatTarget {
        chat_id: moved.unwrap_or(chat.chat_id),
        ..chat
    }
}
