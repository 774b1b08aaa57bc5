//! How often a client may show a wrong token.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, PoisonError},
};

use chrono::Duration;

use super::client::Client;
use crate::domain::Timestamp;

/// One wrong token counts for so long.
const EACH: Duration = Duration::seconds(1);
/// So many may come at once: a person who mistypes, or a program that has not heard of a new token, has no trouble.
const AT_ONCE: i32 = 60;
/// Clients that are remembered one by one; those beyond count as one. Some 500 KB.
const CLIENTS: usize = 8192;
const EVERYBODY_ELSE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The generic cell rate algorithm, by client. Written here because a request is asked about before it is known to fail,
/// and `governor` counts when it is asked.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<IpAddr, Timestamp>>);

impl Attempts {
    /// How long the client has to wait before another token is looked at, if it has to.
    pub fn wait(&self, client: Client, now: Timestamp) -> Option<Duration> {
        let failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slot(&failed, client);
        let until = *failed.get(&slot)? - EACH * (AT_ONCE - 1);
        (until > now).then(|| until.since(now))
    }

    pub fn failed(&self, client: Client, now: Timestamp) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= CLIENTS {
            failed.retain(|_, counts_until| *counts_until > now);
        }
        let slot = slot(&failed, client);
        let counts_until = failed.entry(slot).or_insert(now);
        *counts_until = (*counts_until).max(now) + EACH;
    }
}

fn slot(failed: &HashMap<IpAddr, Timestamp>, client: Client) -> IpAddr {
    let own = client.network();
    if failed.contains_key(&own) || failed.len() < CLIENTS {
        own
    } else {
        EVERYBODY_ELSE
    }
}
