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
    let program = tokio::select! {
        started = Program::start(live_settings()?, Clock::system()) => started?,
        _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
    };
    tracing::info!(http = %program.http, version = env!("CARGO_PKG_VERSION"), "ready");
    let outcome = tokio::select! {
        _ = terminate.recv() => ExitCode::SUCCESS,
        _ = interrupt.recv() => ExitCode::SUCCESS,
        // Only a part that cannot go on stops the program from within.
        () = program.cx.stop.cancelled() => ExitCode::FAILURE,
    };
    tracing::info!("stopping");
    program.stop().await;
    tracing::info!("stopped");
    Ok(outcome)
}
