//! Finds out which other accounts can read or change a file of settings.

use std::{fmt, fs, os::unix::fs::PermissionsExt, path::Path};

const OTHERS_READ: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o022;
/// In a folder with the sticky bit, only a file's owner can delete it.
const STICKY: u32 = 0o1000;
const ANYBODY_WRITES: u32 = 0o002;

/// A file that other accounts can access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    pub problem: String,
    pub advice: String,
}

impl Exposure {
    /// Judges a file by its mode and its folder's.
    pub fn of(path: &Path, mode: u32, secret: bool) -> Option<Self> {
        Self::by_mode(path, mode, secret).or_else(|| {
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let folder = path.parent()?;
            let mode = fs::metadata(folder).ok()?.permissions().mode();
            Self::by_folder(&path, folder, mode)
        })
    }

    pub fn by_mode(path: &Path, mode: u32, secret: bool) -> Option<Self> {
        let (path, mode) = (path.display(), mode & 0o7777);
        let problem = if mode & OTHERS_WRITE != 0 {
            let what = if secret {
                "changed"
            } else {
                "changed, and with it what the bot runs,"
            };
            format!("{path} can be {what} by others (mode {mode:04o})")
        } else if secret && mode & OTHERS_READ != 0 {
            format!("{path} can be read by everybody on this machine (mode {mode:04o})")
        } else {
            return None;
        };
        let mode = if secret { "600" } else { "go-w" };
        Some(Self {
            problem,
            advice: format!("chmod {mode} {path}"),
        })
    }

    fn by_folder(path: &Path, folder: &Path, mode: u32) -> Option<Self> {
        let open = mode & ANYBODY_WRITES != 0 && mode & STICKY == 0;
        open.then(|| Self {
            problem: format!(
                "{} can be replaced by everybody on this machine: its folder is open",
                path.display()
            ),
            advice: format!("chmod o-w {}", folder.display()),
        })
    }
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem, self.advice)
    }
}
