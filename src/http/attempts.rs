//! Rate limit for wrong tokens. A valid token is always accepted, whatever its address has sent before: tokens are too
//! long to be guessed, and other clients may share the address.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::Duration;

use super::client::Client;
use crate::domain::{Buckets, Timestamp};

/// The rate: one wrong token per second.
const EACH: Duration = Duration::seconds(1);
/// The burst allowed for a person's typing errors or a program with an outdated token.
const AT_ONCE: i32 = 60;
/// Some 500 KB.
const CLIENTS: usize = 8192;

/// The kind of token expected. Each kind is counted separately.
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
    /// Counts a wrong token. Returns how long the client must wait before another token of it is judged, if it must
    /// wait.
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
