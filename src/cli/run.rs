//! `sovani-ops run`.

use std::{convert::Infallible, process::ExitCode};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::live_settings;
use crate::{clock::Clock, context::Context, db, domain::Who, program::Program, service_manager};

/// Runs until the process is told to stop. SIGHUP reloads the settings.
pub async fn run(create: bool) -> anyhow::Result<ExitCode> {
    // Before anything else, so that a signal during a slow start is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let hangup = signal(SignalKind::hangup())?;
    let program = tokio::select! {
        started = start(create) => started?,
        _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
    };
    tracing::info!(http = %program.http, version = env!("CARGO_PKG_VERSION"), "ready");
    service_manager::ready();
    let outcome = tokio::select! {
        _ = terminate.recv() => ExitCode::SUCCESS,
        _ = interrupt.recv() => ExitCode::SUCCESS,
        // Only a part that cannot go on stops the program from within.
        () = program.cx.stop.cancelled() => ExitCode::FAILURE,
        never = reload_at_each(hangup, &program.cx) => match never {},
    };
    tracing::info!("stopping");
    service_manager::stopping();
    program.stop().await;
    tracing::info!("stopped");
    Ok(outcome)
}

/// With `create`, a database that is not there is made first.
async fn start(create: bool) -> anyhow::Result<Program> {
    let live = live_settings()?;
    let url = live.get().database_url.clone();
    if create && db::must_exist(&url).is_err() {
        db::open(&url).await?.close().await;
    }
    Program::start(live, Clock::system()).await
}

async fn reload_at_each(mut hangup: Signal, cx: &Context) -> Infallible {
    loop {
        hangup.recv().await;
        match cx.reload_settings(&Who::on_signal("SIGHUP")).await {
            Ok(waiting) if waiting.is_empty() => tracing::info!("the settings were reloaded"),
            Ok(waiting) => {
                let waiting = waiting.join(", ");
                tracing::warn!(
                    waiting,
                    "the settings were reloaded; only a restart takes over what waits"
                );
            }
            Err(error) => tracing::error!("the settings stay as they were: {error:#}"),
        }
    }
}
