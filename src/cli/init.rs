//! `sovani-ops init`.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::log_if_asked;
use crate::{actions, clock::Clock, settings::Source, setup};

pub async fn init() -> anyhow::Result<ExitCode> {
    // A terminal that does not echo must be put right again.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let source = Source::from_environment(&actions::known())?;
    log_if_asked(&source);
    tokio::select! {
        done = setup::run(&source, Clock::system()) => done.map(|()| ExitCode::SUCCESS),
        _ = interrupt.recv() => Err(stopped()),
        _ = terminate.recv() => Err(stopped()),
    }
}

fn stopped() -> anyhow::Error {
    anyhow::anyhow!("stopped; .env is as it was, or whole. To go on, run: sovani-ops init")
}
