//! The place of a database file, and whether a write-ahead log beside it is safe.
//!
//! `SQLite` keeps the log, and the memory that all who use it share, under the file's name in its folder. Of a file with
//! two names there would be two of each, and programs that write by different names would overwrite each other's pages.
//! Without a log it is no better: a journal that a killed program leaves is not found by the other name
//! (<https://sqlite.org/howtocorrupt.html>). Memory cannot be shared over a network at all
//! (<https://sqlite.org/wal.html>).

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::mounts::{self, Mount};

/// How many symbolic links in a row are followed; the kernel follows no more.
const LINKS_FOLLOWED: usize = 40;

/// Kinds of file systems, as mountinfo names them, that other machines write to as well.
const NETWORK: [&str; 24] = [
    "9p",
    "acfs",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "fakeowner",
    "fuse",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "osxfs",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
    "vmhgfs",
];
/// The same by the number from statfs(2), for systems without mountinfo.
const NETWORK_NUMBERS: [(i64, &str); 13] = [
    (0x6969, "nfs"),
    (0x517B, "smbfs"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb3"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "fuse"),
    (0x5346_414F, "afs"),
    (0x6B41_4653, "afs"),
    (0x00C3_6400, "ceph"),
    (0x7375_7245, "coda"),
    (0x0BD0_0BD0, "lustre"),
    (0x4750_4653, "gpfs"),
    (0x786F_4256, "vboxsf"),
];

/// Facts about a file's location.
#[derive(Clone, Debug, Default)]
pub struct FileLocation {
    /// With every symbolic link followed, as `SQLite` does: the log is beside this one.
    pub file: PathBuf,
    /// How many names the file has in its file system.
    pub names: u64,
    /// Tells if the file is on another file system than its folder.
    pub is_apart: bool,
    /// The number of the file system's kind.
    pub number: i64,
    /// The mounts that this process sees, in mount order.
    pub own: Vec<Mount>,
    /// The mounts that other processes see.
    pub others: HashSet<Mount>,
}

/// Why a write-ahead log would destroy the file, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    #[error(
        "{} has {names} names (hard links), and SQLite keeps its journals beside the name that a program opens: programs that open different names destroy it",
        file.display()
    )]
    HardLinked { file: PathBuf, names: u64 },
    #[error(
        "{} is mounted as a single file at {}, and SQLite keeps its journals beside the file: programs on the two sides of the mount destroy it",
        file.display(), at.display()
    )]
    Mounted { file: PathBuf, at: PathBuf },
    #[error(
        "{} is on a file system that other machines can write to ({kind}), over which SQLite's locks and shared memory do not hold",
        file.display()
    )]
    OnNetwork { file: PathBuf, kind: String },
}

impl Misplaced {
    pub fn advice(&self) -> String {
        match self {
            Self::HardLinked { file, .. } => format!(
                "stop all that uses it, leave it one name, and let all programs open that one; find / -xdev -samefile {} lists the names",
                file.display()
            ),
            Self::Mounted { .. } => {
                "mount the folder that the file is in, for the platform and for this program, and let DATABASE_URL lead to the file in it".to_owned()
            }
            Self::OnNetwork { .. } => {
                "move the file to a disk of the machine on which the platform and this program run, or use PostgreSQL".to_owned()
            }
        }
    }
}

impl FileLocation {
    /// Looks at it; what cannot be found out is taken to be harmless. The file is never opened for that: closing it again
    /// would end the locks that `SQLite` holds on it in this process.
    pub fn of(path: &Path) -> Self {
        let file = resolve(path);
        let about = fs::metadata(&file).ok();
        // Link counts of folders mean something else.
        let regular = about.as_ref().filter(|about| about.is_file());
        let folder = file.parent().unwrap_or(Path::new("/"));
        let nearest = if about.is_some() { &file } else { folder };
        let number = rustix::fs::statfs(nearest).map_or(0, |stat| stat.f_type);
        let device = |about: fs::Metadata| about.dev();
        let folder = fs::metadata(folder).ok().map(device);
        Self {
            names: regular.map_or(1, MetadataExt::nlink),
            is_apart: about.map(device).is_some_and(|file| Some(file) != folder),
            // Some kernels have 32 bits for it, with a sign.
            number: number & 0xFFFF_FFFF,
            own: mounts::own(),
            others: mounts::of_everybody(),
            file,
        }
    }

    pub fn judge(&self) -> Result<(), Misplaced> {
        let file = self.file.clone();
        if let Some(kind) = self.network() {
            return Err(Misplaced::OnNetwork { file, kind });
        }
        if let Some(at) = self.mounted_at() {
            return Err(Misplaced::Mounted { file, at });
        }
        if self.names > 1 {
            let names = self.names;
            return Err(Misplaced::HardLinked { file, names });
        }
        Ok(())
    }

    /// The mount that the file is seen through: the last one of those that lead deepest.
    fn cover(&self) -> Option<&Mount> {
        let leading = self
            .own
            .iter()
            .filter(|mount| self.file.starts_with(&mount.point));
        leading.max_by_key(|mount| mount.point.components().count())
    }

    fn network(&self) -> Option<String> {
        if let Some(cover) = self.cover() {
            // The part after a dot is the FUSE program. A block device belongs to this machine.
            let family = cover.kind.split('.').next().unwrap_or_default();
            return NETWORK.contains(&family).then(|| cover.kind.clone());
        }
        let known = NETWORK_NUMBERS
            .iter()
            .find(|(number, _)| *number == self.number);
        known.map(|(_, kind)| (*kind).to_owned())
    }

    /// The mount point of the file itself, in any process's view.
    fn mounted_at(&self) -> Option<PathBuf> {
        let Some(cover) = self.cover() else {
            return self.is_apart.then(|| self.file.clone());
        };
        if cover.point == self.file || self.is_apart {
            return Some(self.file.clone());
        }
        let inside = cover.inside(&self.file);
        self.own
            .iter()
            .chain(&self.others)
            .find(|mount| mount.device == cover.device && mount.root == inside)
            .map(|mount| mount.point.clone())
    }
}

/// The file that a path leads to, which need not be there.
pub(super) fn resolve(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_FOLLOWED {
        match fs::read_link(&path) {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => break,
        }
    }
    let folder = folder_of(&path);
    let folder = fs::canonicalize(folder)
        .or_else(|_| std::path::absolute(folder))
        .unwrap_or_else(|_| folder.to_owned());
    match path.file_name() {
        Some(name) => folder.join(name),
        None => folder,
    }
}

/// The folder that the file is in.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
