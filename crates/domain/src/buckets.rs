use std::{collections::HashMap, hash::Hash};

use chrono::Duration;

use super::Timestamp;

/// A keyed rate limiter with a burst, by the generic cell rate algorithm. `governor` counts an event when it is asked;
/// here some events are only counted once they turn out to matter.
pub struct Buckets<K> {
    /// The time for which one event counts.
    each: Duration,
    /// The largest burst.
    at_once: i32,
    /// Keys beyond this number share one entry.
    most: usize,
    full_until: HashMap<Option<K>, Timestamp>,
}

impl<K: Eq + Hash + Clone> Buckets<K> {
    pub fn new(each: Duration, at_once: i32, most: usize) -> Self {
        Self {
            each,
            at_once,
            most,
            full_until: HashMap::new(),
        }
    }

    /// How long until there is room for another event of this key, if there is none.
    pub fn wait(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let counts_until = *self.full_until.get(&self.slot(key))?;
        // Moving the clock back must not prolong a wait.
        let counts_until = counts_until.min(now + self.each * self.at_once);
        let until = counts_until - self.each * (self.at_once - 1);
        (until > now).then(|| until.since(now))
    }

    pub fn add(&mut self, key: &K, now: Timestamp) {
        if self.full_until.len() >= self.most {
            self.full_until
                .retain(|_, counts_until| *counts_until > now);
        }
        let longest = now + self.each * self.at_once;
        let slot = self.slot(key);
        let counts_until = self.full_until.entry(slot).or_insert(now);
        *counts_until = ((*counts_until).max(now) + self.each).min(longest);
    }

    /// Counts an event if there is room for it.
    pub fn admit(&mut self, key: &K, now: Timestamp) -> bool {
        let admitted = self.wait(key, now).is_none();
        if admitted {
            self.add(key, now);
        }
        admitted
    }

    fn slot(&self, key: &K) -> Option<K> {
        let own = Some(key.clone());
        if self.full_until.contains_key(&own) || self.full_until.len() < self.most {
            own
        } else {
            None
        }
    }
}
