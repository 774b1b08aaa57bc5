//! The checks that are not built in, beside the sweep: it never waits for them before it acts on its own findings.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedMutexGuard, oneshot},
    task::JoinHandle,
};

use super::{
    acting::{SweepStats, act},
    checks,
    remediation::{AutomaticRun, CutOff},
    sweep_lease,
};
use crate::{
    context::Context,
    detectors::{Entry, Registry},
    domain::{Check, Timestamp},
};

/// How long the journal of a sweep waits for their results. Those that come later are acted on when they come.
const AWAITED: Duration = Duration::from_secs(10);

pub struct Running {
    checks: JoinHandle<Vec<Check>>,
    /// Two sweeps must not run them at once: they count their failing runs.
    turn: OwnedMutexGuard<()>,
}

type Acted = (SweepStats, Vec<AutomaticRun>);

/// Begins those that are due. `None` if there are none, or if those of an earlier sweep are still running.
pub fn start(cx: &Arc<Context>, registry: &Registry) -> Option<Running> {
    let (now, settings) = (cx.clock.now(), cx.settings.get());
    let mut due = registry.runnable();
    due.retain(|entry| {
        let last = cx.check_runs.scheduled(entry.name());
        !entry.is_built_in() && is_due(entry, last, now, settings.check_interval)
    });
    if due.is_empty() {
        return None;
    }
    let Ok(turn) = Arc::clone(&cx.sweeps.configured).try_lock_owned() else {
        tracing::warn!("the configured checks of an earlier sweep are still running");
        return None;
    };
    let context = Arc::clone(cx);
    let checks = cx
        .tasks
        .spawn(async move { checks::in_sweep(&context, &due).await });
    Some(Running { checks, turn })
}

/// Tells if a sweep is the nearest one to the time at which the check is to run.
fn is_due(entry: &Entry, last: Option<Timestamp>, now: Timestamp, interval: Duration) -> bool {
    let (Some(every), Some(last)) = (entry.every(), last) else {
        return true;
    };
    let half = chrono::Duration::from_std(interval / 2).unwrap_or(every);
    // A clock that was set back must not put it off.
    last > now || now.since(last) + half >= every
}

impl Running {
    /// Acts on the results when they come. `None` if they are late: then their actions start by themselves.
    pub async fn act(
        self,
        cx: &Arc<Context>,
        registry: Registry,
        cut_off: CutOff,
    ) -> Option<Acted> {
        let (tell, told) = oneshot::channel();
        let context = Arc::clone(cx);
        cx.tasks.spawn(async move {
            let Some(acted) = self.acted(&context, &registry, &cut_off).await else {
                return;
            };
            if let Err((_, runs)) = tell.send(acted) {
                for action in runs {
                    action.start(&context);
                }
            }
        });
        let longest = AWAITED.min(cx.settings.get().check_interval / 2);
        tokio::time::timeout(longest, told).await.ok()?.ok()
    }

    async fn acted(self, cx: &Context, registry: &Registry, cut_off: &CutOff) -> Option<Acted> {
        let checks = match self.checks.await {
            Ok(checks) => checks,
            Err(error) => {
                tracing::error!(%error, "the configured checks ended without a result");
                return None;
            }
        };
        if !sweep_lease::is_ours(cx).await {
            return None;
        }
        let acted = act(cx, registry, &checks, None, cut_off).await;
        drop(self.turn);
        Some(acted)
    }
}
