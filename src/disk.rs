//! The disks that files are on.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::fs::Access;

use crate::domain::{self, DiskSpace, Volume};

/// The free space for this process in the file system of that file or folder, in bytes; `None` if unknown.
pub fn free_at(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}

/// The space that rewriting an `SQLite` file as a copy of `copy` bytes needs, and the space available.
pub fn space_to_rewrite(database: &Path, copy: u64) -> Vec<DiskSpace> {
    let temporary = temporary_folder(|name| env::var_os(name));
    let temporary = temporary.map(|folder| place(&folder));
    domain::space_to_rewrite(copy, place(database), temporary)
}

/// The folder of `SQLite`'s temporary files in a process with these variables (<https://sqlite.org/tempfiles.html>).
pub fn temporary_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = ["SQLITE_TMPDIR", "TMPDIR"].map(|name| variable(name).map(PathBuf::from));
    let usual = ["/var/tmp", "/usr/tmp", "/tmp", "."].map(PathBuf::from);
    let mut folders = named.into_iter().flatten().chain(usual);
    folders.find(|folder| {
        let access = rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK);
        folder.is_dir() && access.is_ok()
    })
}

fn place(path: &Path) -> Volume {
    Volume {
        path: path.to_owned(),
        device: fs::metadata(path).ok().map(|about| about.dev()),
        free: free_at(path),
    }
}
