//! Which file a pool's connections are and whether that is still the one at its place.
//!
//! `SQLite` does not notice that its file was deleted or replaced: it goes on with what it has open, which nobody else
//! sees.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::holders::beside;
use crate::domain::Disturbance;

/// The number of a file's disk, and its number there.
pub type Identity = (u64, u64);

/// The file at the database's path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    pub file: Option<Identity>,
    /// The `-wal` and `-shm` beside it.
    pub journal: [Option<Identity>; 2],
}

impl Present {
    pub fn at(file: &Path) -> Self {
        Self {
            file: identity(file),
            journal: ["-wal", "-shm"].map(|suffix| identity(&beside(file, suffix))),
        }
    }

    /// The change since `then`, while the database was in use. A new journal is normal.
    pub fn since(self, then: Self) -> Option<Disturbance> {
        let lost =
            |(then, now): (&Option<Identity>, &Option<Identity>)| then.is_some() && then != now;
        if self.file.is_none() {
            Some(Disturbance::Gone)
        } else if self.file != then.file {
            Some(Disturbance::Replaced)
        } else if then.journal.iter().zip(&self.journal).any(lost) {
            Some(Disturbance::JournalLost)
        } else {
            None
        }
    }
}

fn identity(path: &Path) -> Option<Identity> {
    let about = fs::metadata(path).ok()?;
    Some((about.dev(), about.ino()))
}

/// A file as the connections of one pool know it.
pub struct File {
    pub path: PathBuf,
    known: Mutex<Known>,
}

struct Known {
    file: Option<Identity>,
    /// Connections from before are on another file.
    since: Instant,
    /// The error that showed the damage.
    damage: Option<String>,
}

impl File {
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            known: Mutex::new(Known {
                file: identity(path),
                since: Instant::now(),
                damage: None,
            }),
        }
    }

    /// Tells if a connection of that age is on the file that is there now.
    pub fn is_that_of(&self, age: Duration) -> bool {
        let now = identity(&self.path);
        let mut known = self.known();
        if known.file != now {
            tracing::error!(file = %self.path.display(), "the database file was deleted or replaced");
            known.file = now;
            known.since = Instant::now();
        }
        age <= known.since.elapsed()
    }

    /// Every connection that is open gives way to a new one.
    pub fn reset(&self) {
        self.known().since = Instant::now();
    }

    pub fn damage(&self) -> Option<String> {
        self.known().damage.clone()
    }

    pub fn set_damage(&self, damage: Option<String>) {
        self.known().damage = damage;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
