//! The mounts in `/proc/PID/mountinfo` (`proc_pid_mountinfo(5)`).

use std::{
    collections::HashSet,
    ffi::OsString,
    fs,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

/// The kernel's suffix for the path of a deleted file.
const LOST: &str = "//deleted";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mount {
    /// `major:minor` of the file system.
    pub device: String,
    /// The part of the file system that is seen there: a folder, or a single file.
    pub root: PathBuf,
    pub point: PathBuf,
    /// The kind of file system: ext4, nfs4, fuse.sshfs.
    pub kind: String,
}

impl Mount {
    /// The path within the file system of a path below the mount point.
    pub fn inside(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.point) {
            Ok(rest) if rest != Path::new("") => self.root.join(rest),
            _ => self.root.clone(),
        }
    }
}

/// Lines that are not understood are left out.
pub fn parse(text: &[u8]) -> Vec<Mount> {
    text.split(|byte| *byte == b'\n').filter_map(line).collect()
}

/// `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw`: a dash ends the optional fields.
fn line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ').skip(2);
    let device = String::from_utf8_lossy(fields.next()?).into_owned();
    let root = unescaped(fields.next()?);
    let point = unescaped(fields.next()?);
    let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
    let root = match root.to_str().and_then(|root| root.strip_suffix(LOST)) {
        Some(root) => PathBuf::from(root),
        None => root,
    };
    Some(Mount {
        device,
        root,
        point,
        kind: String::from_utf8_lossy(kind).into_owned(),
    })
}

/// Blanks and backslashes in a path are written as three octal digits.
fn unescaped(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, others)) = rest.split_first() {
        let octal = (first == b'\\').then(|| others.get(..3)).flatten();
        let octal = octal.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            bytes.push(byte);
            rest = &others[3..];
        } else {
            bytes.push(first);
            rest = others;
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

/// The mounts that this process sees; empty if the kernel does not tell.
pub fn own() -> Vec<Mount> {
    fs::read("/proc/self/mountinfo").map_or_else(|_| Vec::new(), |text| parse(&text))
}

/// The mounts that all visible processes see, containers included, without duplicates.
pub fn of_everybody() -> HashSet<Mount> {
    let mut seen = HashSet::new();
    let mut mounts = HashSet::new();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        if let Ok(text) = fs::read(process.path().join("mountinfo"))
            && !seen.contains(&text)
        {
            mounts.extend(parse(&text));
            seen.insert(text);
        }
    }
    mounts
}
