//! The disk space that rewriting an `SQLite` file needs.

use std::path::PathBuf;

/// A place where a rewrite stores data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    pub path: PathBuf,
    /// The id of the file system and its free bytes; `None` if unknown.
    pub device: Option<u64>,
    pub free: Option<u64>,
}

/// The bytes needed and available in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskSpace {
    pub path: PathBuf,
    pub needed: u64,
    pub free: Option<u64>,
}

impl DiskSpace {
    /// False if the free space is unknown.
    pub fn is_short(&self) -> bool {
        self.free.is_some_and(|free| free < self.needed)
    }
}

/// The space that VACUUM needs. It writes a copy to a temporary file and then copies that back through the journal
/// beside the database; on one disk both must fit (<https://sqlite.org/lang_vacuum.html>).
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
