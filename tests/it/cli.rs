//! The program as it is started on a command line.

mod backup;
mod certificates;
mod check;
mod databases;
mod demo;
mod doctor;
mod files;
mod init;
mod locked;
mod probe;
mod restore;
mod run;
mod token;

use std::{fs, process::Output, time::Duration};

use tempfile::TempDir;
use tokio::process::Command;

/// The longest that a command which cannot succeed may take to say so.
const BOUND: Duration = Duration::from_secs(60);

/// A working directory without settings, and the program in it.
struct Shell {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Shell {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            environment: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn with_file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sovani-ops"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn runs(&self, arguments: &[&str]) -> Said {
        Said::within(BOUND, self.command(arguments)).await
    }
}

impl Said {
    async fn within(bound: Duration, mut command: Command) -> Self {
        let output = tokio::time::timeout(bound, command.output())
            .await
            .expect("the program hangs")
            .unwrap();
        Self::from(output)
    }

    /// Asserts the exit code, and returns what went to standard error.
    fn fails_with(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        &self.err
    }

    fn succeeds(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        &self.out
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
