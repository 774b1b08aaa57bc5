//! The queue of updates, and who is polling it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// The most updates of one answer, and the number without a `limit`.
const BATCH: usize = 100;

struct Update {
    id: i64,
    kind: &'static str,
    body: Value,
    at: Instant,
}

/// Each getUpdates takes a turn; a newer turn ends the older one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Turn(u64);

#[derive(Default)]
pub struct Updates {
    queue: VecDeque<Update>,
    last_id: i64,
    turns: u64,
    /// Kinds the bot asked for; none means all.
    allowed: Vec<String>,
}

impl Updates {
    /// Queues an update, unless the bot does not want its kind.
    pub fn push(&mut self, kind: &'static str, body: Value) {
        if self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed == kind) {
            self.last_id += 1;
            let id = self.last_id;
            self.queue.push_back(Update {
                id,
                kind,
                body,
                at: Instant::now(),
            });
        }
    }

    pub fn begin_turn(&mut self) -> Turn {
        self.turns += 1;
        Turn(self.turns)
    }

    pub fn is_current(&self, turn: Turn) -> bool {
        turn.0 == self.turns
    }

    pub fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = kinds;
    }

    /// Forgets the updates before `offset`; a negative one counts from the end of the queue.
    pub fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.queue.drain(..self.queue.len().saturating_sub(keep));
        } else {
            self.queue.retain(|update| update.id >= offset);
        }
    }

    /// Drops presses that were not fetched within this time.
    pub fn drop_presses(&mut self, after: Duration) {
        self.queue
            .retain(|update| update.kind != "callback_query" || update.at.elapsed() < after);
    }

    pub fn forget_all(&mut self) {
        self.queue.clear();
    }

    pub fn batch(&self, limit: Option<i64>) -> Vec<Value> {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        self.queue
            .iter()
            .take(limit.unwrap_or(BATCH).clamp(1, BATCH))
            .map(|update| json!({"update_id": update.id, update.kind: update.body}))
            .collect()
    }

    pub fn len(&self) -> usize {
        self.queue.len()
    }
}
