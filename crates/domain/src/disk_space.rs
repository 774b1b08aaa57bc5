//! The room that rewriting an `SQLite` file takes.

use std::path::PathBuf;

/// Where a rewrite puts something down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    pub path: PathBuf,
    /// Which disk it is on, and what that has left in bytes; `None` where it cannot be told.
    pub device: Option<u64>,
    pub free: Option<u64>,
}

/// What there has to be at a place, in bytes, and what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskSpace {
    pub path: PathBuf,
    pub needed: u64,
    pub free: Option<u64>,
}

impl DiskSpace {
    /// Not where the room is not known.
    pub fn is_short(&self) -> bool {
        self.free.is_some_and(|free| free < self.needed)
    }
}

/// What VACUUM needs. It writes a copy to a temporary file, and that through the journal beside the database as it goes
/// back; on one disk both have to fit (<https://sqlite.org/lang_vacuum.html>).
pub fn space_to_rewrite(copy: u64, database: Volume, temporary: Option<Volume>) -> Vec<DiskSpace> {
    let room = |place: Volume, needed| DiskSpace {
        path: place.path,
        needed,
        free: place.free,
    };
    match temporary {
        Some(other) if other.device != database.device => {
            vec![room(database, copy), room(other, copy)]
        }
        _ => vec![room(database, copy.saturating_mul(2))],
    }
}
