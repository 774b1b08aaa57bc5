//! Chooses among the servers of an address.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::db::url::{PostgresAddress, PostgresHost, PostgresTls};

/// The longest that connecting to one server may take, unless the address says otherwise.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long a server that takes no writes is passed over.
const PASSED_OVER: Duration = Duration::from_secs(10);

pub struct Target {
    pub hosts: Vec<PostgresHost>,
    any_order: bool,
    pub tls: PostgresTls,
    /// The longest that connecting to one of them may take.
    pub within: Duration,
    /// Servers that take no writes are passed over.
    pub writable: bool,
    /// Servers that were found to be read-only, by position.
    standbys: Mutex<HashMap<usize, Instant>>,
}

/// The host for people: a socket by its path.
pub fn shown(host: &PostgresHost) -> String {
    match host.socket() {
        Some(socket) => socket.display().to_string(),
        None => host.to_string(),
    }
}

impl Target {
    pub fn new(address: &PostgresAddress) -> Self {
        Self {
            hosts: address.hosts.clone(),
            any_order: address.any_order,
            tls: address.tls.clone(),
            within: address.connect_timeout.unwrap_or(CONNECT_WITHIN),
            writable: address.writable,
            standbys: Mutex::default(),
        }
    }

    /// The hosts as they are to be tried, each with its place. Those that take no writes are left out while there are
    /// others.
    pub fn in_order(&self) -> Vec<(usize, &PostgresHost)> {
        let hosts = self.hosts.iter().enumerate();
        let (standby, mut other): (Vec<_>, Vec<_>) =
            hosts.partition(|(place, _)| self.is_standby(*place));
        if other.is_empty() {
            other = standby;
        }
        if self.any_order {
            fastrand::shuffle(&mut other);
        }
        other
    }

    /// The host takes no writes. Whether there is another one to try.
    pub fn pass_over(&self, place: usize) -> bool {
        self.standbys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(place, Instant::now());
        (0..self.hosts.len()).any(|place| !self.is_standby(place))
    }

    fn is_standby(&self, place: usize) -> bool {
        let standbys = self.standbys.lock().unwrap_or_else(PoisonError::into_inner);
        let found = standbys.get(&place);
        found.is_some_and(|found| found.elapsed() < PASSED_OVER)
    }
}
