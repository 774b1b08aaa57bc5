//! Supervises the program's tasks: stops the program when one has ended, and resets the service manager's watchdog only
//! while none is stuck. It runs as a task like any other, so a runtime that hangs stops the resets too.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::AbortHandle;

use crate::{context::Context, service_manager, watchdog::PeriodicTask};

/// The interval between two looks, unless the service manager's timeout needs a shorter one.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A task that must run until the program stops.
pub struct SupervisedTask {
    pub name: &'static str,
    pub handle: AbortHandle,
}

pub async fn run(cx: Arc<Context>, tasks: Vec<SupervisedTask>) {
    // Half the timeout, as sd_watchdog_enabled(3) advises.
    let every = service_manager::watchdog_timeout()
        .map_or(LOOK_EVERY, |timeout| LOOK_EVERY.min(timeout / 2));
    let mut said = String::new();
    loop {
        if let Some(ended) = tasks.iter().find(|task| task.handle.is_finished())
            && !cx.stop.is_cancelled()
        {
            tracing::error!(task = ended.name, "a task of the program has ended");
            cx.stop.cancel();
        }
        let stuck = stuck(&cx);
        if stuck.is_empty() {
            service_manager::alive();
        }
        let line = summary(&cx, &stuck);
        if line != said {
            if !stuck.is_empty() {
                tracing::error!("{line}");
            }
            service_manager::status(&line);
            said = line;
        }
        tokio::select! {
            () = cx.stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

fn stuck(cx: &Context) -> Vec<PeriodicTask> {
    let settings = cx.settings.get();
    let between_sweeps = settings.check_start_delay + settings.check_interval;
    cx.watchdog.stuck(Instant::now(), between_sweeps)
}

/// A summary of the program's state that needs no query.
fn summary(cx: &Context, stuck: &[PeriodicTask]) -> String {
    if !stuck.is_empty() {
        let names: Vec<_> = stuck.iter().map(|task| task.as_str()).collect();
        return format!("Stuck: {}", names.join(", "));
    }
    let sweep = cx.sweeps.last().map_or_else(
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
