//! The disk that a file is on.

use std::path::Path;

/// What the file system of that file or folder has left for this process, in bytes; `None` when it does not say.
pub fn free_at(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}
