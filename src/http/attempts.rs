//! How often a client may show a wrong token. A right one is let through whatever its address has shown before: tokens
//! are too long to be found by trying, and others may share the address.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::Duration;

use super::client::Client;
use crate::domain::{Buckets, Timestamp};

/// One wrong token counts for so long.
const EACH: Duration = Duration::seconds(1);
/// So many may come at once: a person who mistypes, or a program that has not heard of a new token, has no trouble.
const AT_ONCE: i32 = 60;
/// Some 500 KB.
const CLIENTS: usize = 8192;

/// What a token was shown for. Each has its own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Rest,
    Heartbeat,
}

pub struct Attempts(Mutex<Buckets<(Kind, IpAddr)>>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Mutex::new(Buckets::new(EACH, AT_ONCE, CLIENTS)))
    }
}

impl Attempts {
    /// A wrong token was shown. How long the client has to wait before it hears that of another, if it has to.
    pub fn failed(&self, kind: Kind, client: Client, now: Timestamp) -> Option<Duration> {
        let key = (kind, client.network());
        let mut failed = self.buckets();
        let wait = failed.wait(&key, now);
        if wait.is_none() {
            failed.add(&key, now);
        }
        wait
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets<(Kind, IpAddr)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
