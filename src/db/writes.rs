//! Counts this program's writes: what was read before one may be out of date after it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The number of writes so far, shared by all clones.
#[derive(Clone, Debug, Default)]
pub struct Writes(Arc<AtomicU64>);

/// A write that has begun. It is counted when this is dropped, because a write whose caller has gone away may still
/// have happened.
pub(super) struct Write(Writes);

impl Writes {
    /// Greater after each write that has ended.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Counts a write that was made without the functions of this room.
    pub fn note(&self) {
        drop(self.begin());
    }

    pub(super) fn begin(&self) -> Write {
        Write(self.clone())
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}
