//! Takes turns behind a pooler that gives each connection a session of the server's for as long as it is open, such as
//! `PgBouncer` by `pool_mode = session`. It may have fewer sessions than this program has connections; those without one
//! wait, and would do so for minutes while others of ours lie idle.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::shortage::ConnectionShortage;

/// The first answer takes longer than this where there is no session, or the server is busy; then making room does no harm.
/// Between two statements of one use there is less.
const PAUSE: Duration = Duration::from_millis(300);

/// The state of one connection.
pub struct Turn(Mutex<State>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was asked, so that it has no session yet.
    New,
    /// It has asked, and nothing has come yet.
    Waiting(Instant),
    Busy,
    /// Nobody has used its session from that moment on.
    Idle(Instant),
}

impl Turn {
    pub fn new() -> Self {
        Self(Mutex::new(State::New))
    }

    pub fn asked(&self) {
        self.change(|state| match state {
            State::New => State::Waiting(Instant::now()),
            State::Waiting(_) => state,
            State::Busy | State::Idle(_) => State::Busy,
        });
    }

    /// The server has said something; `idle` if it waits for the next statement outside a transaction. A message that nobody
    /// asked for changes nothing.
    pub fn answered(&self, idle: bool) {
        self.change(|state| match state {
            _ if idle => State::Idle(Instant::now()),
            State::Waiting(_) => State::Busy,
            State::New | State::Busy | State::Idle(_) => state,
        });
    }

    /// Returns when this connection has to give up its session for another one of ours.
    pub async fn ends(&self, shortage: &ConnectionShortage) {
        let mut before = self.state();
        loop {
            tokio::time::sleep(PAUSE).await;
            // Compared rather than timed: a machine that has halted for a while has kept the driver from its turn too.
            let now = self.state();
            match now {
                State::Waiting(_) if now == before => shortage.wanted(),
                State::Idle(_) if now == before && shortage.is_short() => return,
                _ => {}
            }
            before = now;
        }
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, to: impl FnOnce(State) -> State) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = to(*state);
    }
}
