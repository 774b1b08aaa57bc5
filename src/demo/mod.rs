//! The program at work on a made-up platform.

use std::process::ExitCode;

pub async fn run() -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
