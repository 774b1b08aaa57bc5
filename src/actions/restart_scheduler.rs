//! Runs the command that restarts the platform's scheduler.

use std::{pin::pin, process::Stdio, time::Duration};

use anyhow::Context as _;
use futures::future::join;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
};

use super::{Action, ActionError, Task};

/// What of the environment the command gets: enough to find programs and the service manager, no secrets.
const ENVIRONMENT: [&str; 6] = [
    "PATH",
    "HOME",
    "LANG",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_SYSTEM_BUS_ADDRESS",
];
/// How much of the command's output is kept; the rest is read and dropped.
const OUTPUT_BYTES: u64 = 2000;
/// How long after the command's end its output is still waited for.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub const ACTION: Action = Action {
    name: "remediate_restart_scheduler",
    mapped_to: &["check_scheduler_on_time"],
    timeout: Duration::from_secs(60),
    run: |task| Box::pin(run(task)),
};

async fn run(Task { cx, .. }: Task<'_>) -> Result<String, ActionError> {
    let settings = cx.settings.get();
    let Some((program, arguments)) = settings
        .scheduler_restart_cmd
        .as_deref()
        .and_then(<[String]>::split_first)
    else {
        return Err(ActionError::Final(
            "SCHEDULER_RESTART_CMD is not set: there is no command to restart the scheduler"
                .to_owned(),
        ));
    };
    let environment = ENVIRONMENT
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{program} cannot be started"))?;
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = {
        let mut reading = pin!(join(
            capture(child.stdout.take(), &mut out),
            capture(child.stderr.take(), &mut err),
        ));
        tokio::select! {
            status = child.wait() => {
                // What the command has left running in the background keeps its output open.
                let _ = tokio::time::timeout(LAST_WORDS, &mut reading).await;
                status
            }
            _ = &mut reading => child.wait().await,
        }
    };
    let status = status.context("the command's end was missed")?;
    let texts = [&out, &err].map(|bytes| String::from_utf8_lossy(bytes));
    let output = texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    let said = if output.is_empty() {
        "no output".to_owned()
    } else {
        output
    };
    if status.success() {
        Ok(format!("{program} succeeded: {said}"))
    } else {
        Err(ActionError::Retry(anyhow::anyhow!(
            "{program} failed with {status}: {said}"
        )))
    }
}

/// Keeps the beginning of the output. What a command prints must not stop it, however much it is.
async fn capture(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    if (&mut stream)
        .take(OUTPUT_BYTES)
        .read_to_end(kept)
        .await
        .is_ok()
    {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    }
}
