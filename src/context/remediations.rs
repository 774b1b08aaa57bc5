//! The remediations of this process.

use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
pub struct Remediations {
    /// The actions that run at the moment.
    pub running: Running,
    /// Serialises edits of a proposal's message.
    pub proposals: Turns,
}

/// Two concurrent edits of a message could arrive in any order, so they are serialised. Unrelated messages may share a
/// slot, which does no harm.
pub struct Turns([tokio::sync::Mutex<()>; TURNS]);

const TURNS: usize = 64;

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| tokio::sync::Mutex::default()))
    }
}

impl Turns {
    pub async fn turn(&self, id: i64) -> tokio::sync::MutexGuard<'_, ()> {
        let place = usize::try_from(id.unsigned_abs()).map_or(0, |id| id % TURNS);
        self.0[place].lock().await
    }
}

/// A count of tasks in progress.
#[derive(Default)]
pub struct Running(AtomicUsize);

/// One task in progress, until it is dropped.
pub struct Run<'a>(&'a Running);

impl Running {
    pub fn begin(&self) -> Run<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Run(self)
    }

    pub fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}
