//! `sovani-ops run`.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::live_settings;
use crate::{clock::Clock, program::Program};

/// Runs until it is told to stop.
pub async fn run() -> anyhow::Result<ExitCode> {
    // Before anything else, so that a signal during a slow start is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let program = Program::start(live_settings()?, Clock::system()).await?;
    tracing::info!(http = %program.http, version = env!("CARGO_PKG_VERSION"), "ready");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = program.cx.stop.cancelled() => {}
    }
    tracing::info!("stopping");
    program.stop().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
