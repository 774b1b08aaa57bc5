//! Running a program: an argument vector, no shell, a chosen environment, and an end to all of it at the time limit.

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

/// How much of each output is kept: its end, where programs say what went wrong.
const OUTPUT_BYTES: usize = 2000;
/// How long after the command's end its output is still waited for.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub struct Job<'a> {
    pub program: &'a str,
    pub arguments: &'a [String],
    /// The variables that are passed on; nothing else of the environment is.
    pub environment: &'a [&'a str],
    pub folder: Option<&'a Path>,
}

/// The group that a command leads. Whatever is in it goes with it, unless the command came to its own end.
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

/// Runs it to its end, and says what it has said.
pub async fn run(job: Job<'_>) -> Result<String, ActionError> {
    let Job { program, .. } = job;
    let said = match output(job).await?.as_str() {
        "" => "no output".to_owned(),
        output => output.to_owned(),
    };
    Ok(format!("{program} succeeded: {said}"))
}

/// Runs it to its end; dropped before, it takes all that it has started with it. What it has said.
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
                // What the command has left running in the background keeps its output open.
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

/// What a terminal would take for an order is left out.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let orders = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    cleaned(&text.chars().filter(|c| !orders(c)).collect::<String>())
}

/// Keeps the end of the output. What a command prints must not stop it, however much it is.
async fn capture(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece).await {
        kept.extend_from_slice(&piece[..length]);
        kept.drain(..kept.len().saturating_sub(OUTPUT_BYTES));
    }
}
