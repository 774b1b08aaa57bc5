//! Other programs that have a database file in use.

use std::{
    collections::BTreeSet,
    fmt, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process,
};

use rustix::fs::{major, minor};

/// Another process, as far as this account may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub pid: u32,
    pub name: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.pid)
    }
}

/// A line of `/proc/locks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub pid: u32,
    /// The file system's major and minor number, and the file's in it.
    pub file: (u32, u32, u64),
    pub excludes_readers: bool,
}

/// The locks that are held; lines of those that wait for one (`->`) and of programs in other containers are left out.
pub fn locks(text: &str) -> Vec<Lock> {
    text.lines().filter_map(lock).collect()
}

/// `1: POSIX  ADVISORY  WRITE 708 fe:00:131075 1073741824 1073742335`
fn lock(line: &str) -> Option<Lock> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let [_, "POSIX", _, kind, pid, place, ..] = fields[..] else {
        return None;
    };
    let mut place = place.split(':');
    let mut number = || u32::from_str_radix(place.next()?, 16).ok();
    let (major, minor) = (number()?, number()?);
    let inode = place.next()?.parse().ok()?;
    Some(Lock {
        pid: pid.parse().ok().filter(|pid| *pid > 0)?,
        file: (major, minor, inode),
        excludes_readers: kind == "WRITE",
    })
}

/// The processes that block a lock on that file: writers, or else all that have it open.
pub fn in_the_way(file: &Path) -> Vec<Holder> {
    let files = [file.to_owned(), beside(file, "-wal"), beside(file, "-shm")];
    let files: Vec<_> = files
        .iter()
        .filter_map(|file| fs::metadata(file).ok())
        .map(|about| (major(about.dev()), minor(about.dev()), about.ino()))
        .collect();
    let held = fs::read_to_string("/proc/locks").map_or_else(|_| Vec::new(), |text| locks(&text));
    let held: Vec<_> = held
        .into_iter()
        .filter(|lock| files.contains(&lock.file) && lock.pid != process::id())
        .collect();
    let writers = held.iter().filter(|lock| lock.excludes_readers);
    let found = [named(writers), named(held.iter())];
    let found = found.into_iter().find(|found| !found.is_empty());
    found.unwrap_or_else(|| having_open(file))
}

fn named<'a>(locks: impl Iterator<Item = &'a Lock>) -> Vec<Holder> {
    let pids: BTreeSet<u32> = locks.map(|lock| lock.pid).collect();
    pids.into_iter().filter_map(holder).collect()
}

fn holder(pid: u32) -> Option<Holder> {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(Holder {
        pid,
        name: crate::domain::one_line(name.trim()),
    })
}

fn having_open(file: &Path) -> Vec<Holder> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| *pid != process::id() && has_open(*pid, file))
        .filter_map(holder)
        .collect()
}

/// By the name that the kernel gives it: looking at each open file could hang on a dead server's.
fn has_open(pid: u32, file: &Path) -> bool {
    let open = fs::read_dir(format!("/proc/{pid}/fd"));
    let mut open = open.into_iter().flatten().flatten();
    open.any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == file))
}

/// A file that `SQLite` keeps beside its database.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
