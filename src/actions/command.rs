//! Runs a program: an argument vector without a shell, a chosen environment, and a time limit that ends all of its
//! processes.

use std::{path::Path, pin::pin, process::Stdio, time::Duration};

use anyhow::Context as _;
use futures::future::join;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
};

use super::ActionError;
use crate::domain::cleaned;

/// How much of each output is kept, from its end, where programs report errors.
const OUTPUT_BYTES: usize = 2000;
/// How long output is awaited after the command's end.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub struct Job<'a> {
    pub program: &'a str,
    pub arguments: &'a [String],
    /// The environment variables that are passed on; all others are removed.
    pub environment: &'a [&'a str],
    pub folder: Option<&'a Path>,
}

/// The process group of a command. It is killed when dropped, unless the command has ended by itself.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            tracing::warn!(%error, "a command's processes cannot be killed");
        }
    }
}

/// Runs the command to its end and returns its output.
pub async fn run(job: Job<'_>) -> Result<String, ActionError> {
    let Job { program, .. } = job;
    let said = match output(job).await?.as_str() {
        "" => "no output".to_owned(),
        output => output.to_owned(),
    };
    Ok(format!("{program} succeeded: {said}"))
}

/// Runs the command to its end and returns its output. Dropping the future kills all of its processes.
pub async fn output(job: Job<'_>) -> Result<String, ActionError> {
    let Job { program, .. } = job;
    let mut child = start(&job)?;
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = {
        let mut reading = pin!(join(
            capture(child.stdout.take(), &mut out),
            capture(child.stderr.take(), &mut err),
        ));
        tokio::select! {
            status = child.wait() => {
                group.0 = None;
                // Background processes of the command may keep its output open.
                let _ = tokio::time::timeout(LAST_WORDS, &mut reading).await;
                status
            }
            _ = &mut reading => child.wait().await,
        }
    };
    group.0 = None;
    let status = status.context("the command's end was missed")?;
    let texts = [&out, &err].map(|bytes| readable(bytes));
    let output = texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    if status.success() {
        Ok(output)
    } else {
        let said = if output.is_empty() {
            "no output"
        } else {
            &output
        };
        Err(ActionError::Retry(anyhow::anyhow!(
            "{program} failed with {status}: {said}"
        )))
    }
}

fn start(job: &Job<'_>) -> anyhow::Result<Child> {
    let environment = job
        .environment
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut command = Command::new(job.program);
    command
        .args(job.arguments)
        .env_clear()
        .envs(environment)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(folder) = job.folder {
        command.current_dir(folder);
    }
    command
        .spawn()
        .with_context(|| format!("{} cannot be started", job.program))
}

/// Removes terminal control sequences.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let orders = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    cleaned(&text.chars().filter(|c| !orders(c)).collect::<String>())
}

/// Keeps the end of the output, and reads all of it so that the command never blocks.
async fn capture(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece).await {
        kept.extend_from_slice(&piece[..length]);
        kept.drain(..kept.len().saturating_sub(OUTPUT_BYTES));
    }
}
