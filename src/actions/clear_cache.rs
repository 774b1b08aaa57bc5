//! Clears the in-memory state and reloads it from the database and the settings.

use std::time::Duration;

use super::{Action, ActionError, Task, names};
use crate::{
    context::Context,
    detectors::api_latency,
    domain::{Mode, Plan},
};

pub const ACTION: Action = Action {
    name: "remediate_clear_cache",
    mapped_to: &[api_latency::DETECTOR.name],
    mode: Mode::Auto,
    postgres_only: false,
    has_limit: false,
    timeout: Duration::from_secs(15),
    run: |task| Box::pin(run(task)),
    rests_on: |_| Vec::new(),
    lacks: |_| None,
    plan: |cx| Box::pin(plan(cx)),
};

async fn run(Task { cx, who, .. }: Task<'_>) -> Result<String, ActionError> {
    let reloaded = cx.reload_settings(who).await;
    let waiting = reloaded.map_err(|error| ActionError::Final(format!("{error:#}")))?;
    cx.metrics.announce_actions(&names(&cx.settings.get()));
    cx.metrics
        .announce_detectors(&cx.settings.registry().labels());
    let open = cx.db.open_incidents().await.map_err(anyhow::Error::from)?;
    cx.memory.reload(&open);
    let mut done = format!(
        "Settings reloaded; alert cache rebuilt with {} open incidents",
        open.len()
    );
    if !waiting.is_empty() {
        done += &format!(". Only a restart takes over: {}", waiting.join(", "));
    }
    Ok(done)
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    let incidents = cx.db.open_incidents().await?.len();
    Ok(Plan::Reload { incidents })
}
