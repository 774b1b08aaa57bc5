//! Limits audit rows about refused requests. A client without rights must not be able to fill the database or to bury
//! other refusals; each client has its own limit, and the excess is counted and recorded later.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::Duration;

use crate::domain::{Actor, Buckets, By, Door, Timestamp, Who, network};

/// One refusal in three seconds has an audit row of its own, with a burst larger than a person causes.
const EACH: Duration = Duration::seconds(3);
const AT_ONCE: i32 = 20;
/// The limits for all unidentified clients of one channel together, because addresses cost nothing.
const EACH_OF_UNKNOWN: Duration = Duration::seconds(1);
const AT_ONCE_OF_UNKNOWN: i32 = 120;
/// Some 200 KB.
const REFUSED_MAX: usize = 1024;

/// The key by which refusals are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Refused {
    door: Door,
    by: String,
}

/// Refusals beyond the limit.
#[derive(Clone, Debug)]
pub struct UnrecordedRefusals {
    /// The latest client.
    pub who: Who,
    pub subject: String,
    pub count: u64,
    pub since: Timestamp,
    pub until: Timestamp,
}

pub struct RefusalLimiter(Mutex<Counted>);

struct Counted {
    each: Buckets<Refused>,
    unknown: Buckets<Door>,
    /// `None` collects clients beyond the limit of the map.
    more: HashMap<Option<Refused>, UnrecordedRefusals>,
}

impl Default for RefusalLimiter {
    fn default() -> Self {
        Self(Mutex::new(Counted {
            each: Buckets::new(EACH, AT_ONCE, REFUSED_MAX),
            unknown: Buckets::new(EACH_OF_UNKNOWN, AT_ONCE_OF_UNKNOWN, Door::ALL.len()),
            more: HashMap::new(),
        }))
    }
}

impl RefusalLimiter {
    /// Tells if this refusal gets a row of its own; otherwise it is counted.
    pub fn admit(&self, who: &Who, subject: &str, now: Timestamp) -> bool {
        let refused = Refused {
            door: who.origin.door,
            by: by(who),
        };
        let mut counted = self.counted();
        let is_unknown = who.by.actor == Actor::Nobody;
        let admitted = counted.each.wait(&refused, now).is_none()
            && (!is_unknown || counted.unknown.admit(&refused.door, now));
        if admitted {
            counted.each.add(&refused, now);
        } else {
            counted.count(refused, who, subject, now);
        }
        admitted
    }

    /// The refusals counted since the last call, most frequent first.
    pub fn take_more(&self) -> Vec<UnrecordedRefusals> {
        let mut more: Vec<_> = std::mem::take(&mut self.counted().more)
            .into_values()
            .collect();
        more.sort_by_key(|more| std::cmp::Reverse(more.count));
        more
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn count(&mut self, refused: Refused, who: &Who, subject: &str, now: Timestamp) {
        let key = Some(refused);
        let has_room = self.more.len() < REFUSED_MAX || self.more.contains_key(&key);
        let (key, who) = if has_room {
            (key, who.clone())
        } else {
            let who = Who {
                by: By::nobody(),
                ..who.clone()
            };
            (None, who)
        };
        let more = self.more.entry(key).or_insert_with(|| UnrecordedRefusals {
            who: who.clone(),
            subject: String::new(),
            count: 0,
            since: now,
            until: now,
        });
        more.count += 1;
        more.until = now;
        more.who = who;
        subject.clone_into(&mut more.subject);
    }
}

/// The actor, or the network of an unidentified client.
fn by(who: &Who) -> String {
    let from = &who.origin.from;
    match who.by.actor {
        Actor::Nobody => from.parse().map_or_else(
            |_| from.clone(),
            |address: IpAddr| network(address).to_string(),
        ),
        actor => actor.to_string(),
    }
}
