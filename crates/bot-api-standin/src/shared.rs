//! The state behind its lock, and the signal that it changed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Options, State};

pub struct Shared {
    pub options: Options,
    /// Every request and every handle works on the same chats; the lock is never held across an await.
    state: Mutex<State>,
    changes: watch::Sender<()>,
}

impl Shared {
    pub fn new(options: Options) -> Self {
        Self {
            state: Mutex::new(State::new(&options)),
            changes: watch::Sender::new(()),
            options,
        }
    }

    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changes.send_replace(());
        result
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
