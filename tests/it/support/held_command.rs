//! A command that runs for as long as a test wants.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::deadline::eventually;

/// Notes each of its starts, and ends when it is let go, or with the test.
pub struct HeldCommand(TempDir);

impl HeldCommand {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// The value for `SCHEDULER_RESTART_CMD`.
    pub fn setting(&self) -> String {
        let folder = self.0.path().display();
        let script = format!(
            "echo >> {folder}/starts; while [ -d {folder} ] && [ ! -e {folder}/go ]; do sleep 0.02; done; echo restarted"
        );
        json!(["sh", "-c", script]).to_string()
    }

    pub fn starts(&self) -> usize {
        let starts = fs::read(self.0.path().join("starts"));
        starts.map_or(0, |lines| lines.len())
    }

    pub async fn started(&self) {
        eventually("the command starts", async || self.starts() > 0).await;
    }

    pub fn let_go(&self) {
        fs::write(self.0.path().join("go"), "").unwrap();
    }
}
