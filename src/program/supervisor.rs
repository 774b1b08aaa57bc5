//! Watches that the program is alive: no part has ended, and those that work by the clock get round. Only then is the
//! service manager told so, from a task like any other, which a runtime that is stuck does not run either.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::AbortHandle;

use crate::{context::Context, manager, pulse::Part};

/// How often it looks, unless the service manager wants to hear more often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A part of the program, which ends when the process stops and not before.
pub struct Running {
    pub name: &'static str,
    pub task: AbortHandle,
}

pub async fn keep(cx: Arc<Context>, parts: Vec<Running>) {
    // Twice within its patience, as sd_watchdog_enabled(3) advises.
    let every = manager::patience().map_or(LOOK_EVERY, |patience| LOOK_EVERY.min(patience / 2));
    let mut said = String::new();
    loop {
        if let Some(part) = parts.iter().find(|part| part.task.is_finished())
            && !cx.stop.is_cancelled()
        {
            tracing::error!(part = part.name, "a part of the program has ended");
            cx.stop.cancel();
        }
        let stuck = stuck(&cx);
        if stuck.is_empty() {
            manager::alive();
        }
        let line = line(&cx, &stuck);
        if line != said {
            if !stuck.is_empty() {
                tracing::error!("{line}");
            }
            manager::status(&line);
            said = line;
        }
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

fn stuck(cx: &Context) -> Vec<Part> {
    let settings = cx.settings.get();
    let between_sweeps = settings.check_start_delay + settings.check_interval;
    cx.pulses.stuck(Instant::now(), between_sweeps)
}

/// How it stands, as far as that is known without asking the database.
fn line(cx: &Context, stuck: &[Part]) -> String {
    if !stuck.is_empty() {
        let names: Vec<_> = stuck.iter().map(|part| part.as_str()).collect();
        return format!("Stuck: {}", names.join(", "));
    }
    let sweep = cx.last_sweep().map_or_else(
        || "No sweep yet".to_owned(),
        |at| format!("Last sweep {at} UTC"),
    );
    let telegram = match cx.telegram.reached() {
        None => "Telegram is not contacted yet",
        Some(Ok(())) => "Telegram answers",
        Some(Err(_)) => "Telegram is unreachable",
    };
    format!("{sweep}; {telegram}")
}
