//! Counts this program's writes: what was read before one may be out of date after it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Every statement that writes to this program's own tables names one, or the journal of jobs, which it shares.
const OWN: [&str; 2] = ["ops_", "job_runs"];

/// The numbers of writes so far, shared by all clones.
#[derive(Clone, Debug, Default)]
pub struct Writes(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    all: AtomicU64,
    /// To the platform's tables, as the demo's.
    of_platform: AtomicU64,
}

/// A write that has begun. It is counted when this is dropped, because a write whose caller has gone away may still
/// have happened.
pub struct Write {
    writes: Writes,
    of_platform: bool,
}

impl Writes {
    /// Greater after each write that has ended.
    pub fn count(&self) -> u64 {
        self.0.all.load(Ordering::SeqCst)
    }

    /// The same for writes to the platform's tables.
    pub(super) fn of_platform(&self) -> u64 {
        self.0.of_platform.load(Ordering::SeqCst)
    }

    /// Counts a write that was made without the functions of this room.
    #[allow(dead_code, reason = "the tests write behind the program's back")]
    pub fn note(&self) {
        drop(self.begin());
    }

    pub(super) fn begin(&self) -> Write {
        Write {
            writes: self.clone(),
            of_platform: false,
        }
    }
}

impl Write {
    /// Adds a statement, which may be one that only reads.
    pub(super) fn add(&mut self, sql: &str) {
        self.of_platform |= !only_reads(sql) && !OWN.iter().any(|own| sql.contains(own));
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        let Counts { all, of_platform } = &*self.writes.0;
        all.fetch_add(1, Ordering::SeqCst);
        if self.of_platform {
            of_platform.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Tells by its first word that the statement changes nothing. None of ours writes in a `WITH`.
pub(super) fn only_reads(sql: &str) -> bool {
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    ["SELECT", "WITH", "PRAGMA", "EXPLAIN"]
        .iter()
        .any(|reading| word.eq_ignore_ascii_case(reading))
}
