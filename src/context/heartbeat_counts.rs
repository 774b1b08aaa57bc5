//! Counts heartbeats. One audit row for each would fill most of the audit and say little.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{Heartbeat, Timestamp, Who};

/// The heartbeats of one job from one sender.
#[derive(Clone, Debug)]
pub struct HeartbeatCount {
    /// The origin of the latest one.
    pub who: Who,
    pub job: String,
    pub starts: u64,
    pub successes: u64,
    pub fails: u64,
    pub since: Timestamp,
}

/// By actor and job, so limited by the numbers of tokens and listed jobs.
#[derive(Default)]
pub struct HeartbeatCounts(Mutex<BTreeMap<(String, String), HeartbeatCount>>);

impl HeartbeatCounts {
    pub fn count(&self, who: &Who, job: &str, heartbeat: &Heartbeat, now: Timestamp) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (who.by.actor.to_string(), job.to_owned());
        let told = heard.entry(key).or_insert_with(|| HeartbeatCount {
            who: who.clone(),
            job: job.to_owned(),
            starts: 0,
            successes: 0,
            fails: 0,
            since: now,
        });
        told.who = who.clone();
        match heartbeat {
            Heartbeat::Start => told.starts += 1,
            Heartbeat::Success => told.successes += 1,
            Heartbeat::Fail { .. } => told.fails += 1,
        }
    }

    /// Takes all that was counted since the last call.
    pub fn take(&self) -> Vec<HeartbeatCount> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *heard).into_values().collect()
    }
}
