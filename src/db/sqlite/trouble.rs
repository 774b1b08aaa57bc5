//! Explains an `SQLite` error to an operator: the obstacle and the remedy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustix::fs::{Access, StatVfsMountFlags, access};

use super::{
    BUSY_TIMEOUT,
    holders::{self, Holder, beside},
    location::{Misplaced, folder_of, resolve},
};

/// With less than this an error of the disk is one of room: `SQLite` says so only of some of its writes.
const FULL_BELOW: u64 = 1024 * 1024;
/// Sharing memory or locks between programs is what failed (<https://sqlite.org/rescode.html>): `RDLOCK`, `LOCK`, `SHMOPEN`,
/// `SHMLOCK`, `SHMMAP`.
const SHARING: [i32; 5] = [2314, 3850, 4618, 5130, 5386];
/// No room for the memory that is shared.
const SHMSIZE: i32 = 4874;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTrouble {
    /// A clause that names the file.
    pub what: String,
    pub advice: String,
}

/// The kind of object at the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum There {
    #[default]
    Nothing,
    File,
    Folder,
}

/// The state of the file and its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    pub file: PathBuf,
    pub there: There,
    pub folder_is_there: bool,
    /// Mounted for reading only.
    pub read_only: bool,
    /// The file, its companions and the folder, as far as this account lacks rights that `SQLite` needs.
    pub shut: Vec<PathBuf>,
    /// In bytes, on the file's disk.
    pub free: Option<u64>,
    pub uid: u32,
    pub holders: Vec<Holder>,
}

impl Surroundings {
    pub fn of(path: &Path) -> Self {
        let file = resolve(path);
        let folder = folder_of(&file);
        let needed = [
            (file.clone(), Access::READ_OK | Access::WRITE_OK),
            (beside(&file, "-wal"), Access::READ_OK | Access::WRITE_OK),
            (beside(&file, "-shm"), Access::READ_OK | Access::WRITE_OK),
            (folder.to_owned(), Access::WRITE_OK | Access::EXEC_OK),
        ];
        let shut = needed
            .into_iter()
            .filter(|(path, rights)| path.exists() && access(path, *rights).is_err());
        let disk = rustix::fs::statvfs(folder).ok();
        Self {
            there: match fs::metadata(&file) {
                Ok(about) if about.is_dir() => There::Folder,
                Ok(_) => There::File,
                Err(_) => There::Nothing,
            },
            folder_is_there: folder.is_dir(),
            read_only: disk
                .as_ref()
                .is_some_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY)),
            shut: shut.map(|(path, _)| path).collect(),
            free: disk.and_then(|disk| disk.f_bavail.checked_mul(disk.f_frsize)),
            uid: rustix::process::getuid().as_raw(),
            holders: holders::in_the_way(&fs::canonicalize(&file).unwrap_or_else(|_| file.clone())),
            file,
        }
    }
}

impl FileTrouble {
    /// `None` for an error that is not about the file, such as one in a statement.
    pub fn of(path: &Path, error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Configuration(error) => {
                let misplaced = error.downcast_ref::<Misplaced>()?;
                Some(Self::new(misplaced.to_string(), misplaced.advice()))
            }
            sqlx::Error::Database(error) => {
                let code = error.code()?.parse().ok()?;
                explain(code, &Surroundings::of(path))
            }
            _ => None,
        }
    }

    fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            advice: advice.into(),
        }
    }
}

/// `code` is the extended one.
pub fn explain(code: i32, around: &Surroundings) -> Option<FileTrouble> {
    let is_full = code == SHMSIZE || around.free.is_some_and(|free| free < FULL_BELOW);
    Some(match code & 0xFF {
        5 | 6 | 15 => locked(around),
        7 => FileTrouble::new(
            format!(
                "there is no memory left to work on {}",
                around.file.display()
            ),
            "see what takes the memory of this machine, and the limit that this program runs under",
        ),
        3 | 8 | 14 | 23 => refused(around),
        10 if is_full => full(around),
        10 => failing(code, around),
        11 => damaged(around),
        13 => full(around),
        26 => no_database(around),
        _ => return None,
    })
}

fn locked(around: &Surroundings) -> FileTrouble {
    let file = around.file.display();
    let seconds = BUSY_TIMEOUT.as_secs();
    let by = match &around.holders[..] {
        [] => "another program, which cannot be seen from here".to_owned(),
        holders => {
            let holders: Vec<_> = holders.iter().map(Holder::to_string).collect();
            holders.join(", ")
        }
    };
    FileTrouble::new(
        format!("{file} is locked by {by}"),
        format!(
            "a lock is waited for {seconds} s; let that program finish what it does, or stop it, and try again"
        ),
    )
}

/// The file, or one that `SQLite` keeps beside it, cannot be opened or written.
fn refused(around: &Surroundings) -> FileTrouble {
    let file = around.file.display();
    let folder = folder_of(&around.file).display();
    if !around.folder_is_there {
        return FileTrouble::new(
            format!("there is no folder {folder}"),
            "check DATABASE_URL, whose path begins at the working directory, or make the folder",
        );
    }
    if around.there == There::Folder {
        return FileTrouble::new(
            format!("{file} is a folder"),
            "let DATABASE_URL lead to the file in it",
        );
    }
    if around.read_only {
        return FileTrouble::new(
            format!("{folder} is on a file system that is mounted read-only"),
            "mount it writable; in a container without :ro, under systemd with ReadWritePaths=",
        );
    }
    if let Some(shut) = around.shut.first() {
        let shut = shut.display();
        return FileTrouble::new(
            format!("this account (uid {}) may not write to {shut}", around.uid),
            format!(
                "see ls -ld {shut}, and give the account the right to read and write the file and its folder, in which SQLite keeps its journals"
            ),
        );
    }
    if around.there == There::Nothing {
        return FileTrouble::new(
            format!("there is no file {file}"),
            "check DATABASE_URL, whose path begins at the working directory, or put the file back",
        );
    }
    FileTrouble::new(
        format!("{file}, or a journal beside it, cannot be opened for writing"),
        format!("see ls -l {file}*, lsattr {file}, and the limit of open files (ulimit -n)"),
    )
}

fn full(around: &Surroundings) -> FileTrouble {
    let folder = folder_of(&around.file).display();
    let free = around.free.map_or(0, |free| free / 1024 / 1024);
    FileTrouble::new(
        format!(
            "the disk of {} is full, or a quota or a limit of file sizes is reached ({free} MB are free)",
            around.file.display()
        ),
        format!("make room there (df {folder}), and try again; nothing that was written is lost"),
    )
}

fn failing(code: i32, around: &Surroundings) -> FileTrouble {
    let file = around.file.display();
    if SHARING.contains(&code) {
        return FileTrouble::new(
            format!("the file system of {file} does not let programs share locks or memory"),
            "move the file to a disk of this machine, or use PostgreSQL",
        );
    }
    FileTrouble::new(
        format!("the disk of {file} refuses to be written or read"),
        "see dmesg, the disk's own health, quotas and limits of file sizes, and copy the file with all that is beside it to another disk first",
    )
}

fn damaged(around: &Surroundings) -> FileTrouble {
    let file = around.file.display();
    FileTrouble::new(
        format!("{file} is damaged"),
        format!(
            "stop the platform and this program, keep a copy of {file} and of the -wal beside it, and restore the newest backup (docs/operations.md); sqlite3 {file} .recover saves what can be read"
        ),
    )
}

fn no_database(around: &Surroundings) -> FileTrouble {
    let file = around.file.display();
    FileTrouble::new(
        format!("{file} is not an SQLite database, or its beginning is destroyed"),
        "check that DATABASE_URL leads to the platform's database; if it does, stop the platform, keep a copy, and restore the newest backup (docs/operations.md)",
    )
}
