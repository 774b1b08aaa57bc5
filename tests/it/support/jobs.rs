//! Lists of expected jobs.

use std::path::PathBuf;

use sovani_ops::demo::{COLLECT_YESTERDAY, RECALC_RECENT, REVIEWS_SLA};
use tempfile::TempDir;

/// A `sovani-ops.toml`, until it is dropped.
pub struct JobList {
    _folder: TempDir,
    pub path: PathBuf,
}

impl JobList {
    pub fn of(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("sovani-ops.toml");
        std::fs::write(&path, text).unwrap();
        Self {
            _folder: folder,
            path,
        }
    }

    /// The jobs that a made-up platform runs by itself.
    pub fn of_the_platform() -> Self {
        let nightly = |job: &str, hour: u32| {
            format!(
                "[[job]]\nname = \"{job}\"\ncron = \"0 {hour} * * *\"\ntimezone = \"Europe/Moscow\"\nlongest = \"1h\"\n"
            )
        };
        Self::of(&format!(
            "{}{}[[job]]\nname = \"{REVIEWS_SLA}\"\nevery = \"30m\"\n",
            nightly(COLLECT_YESTERDAY, 2),
            nightly(RECALC_RECENT, 3),
        ))
    }

    /// The value for `OPS_CONFIG`.
    pub fn setting(&self) -> String {
        self.path.display().to_string()
    }
}
