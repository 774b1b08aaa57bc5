//! Ends the session of a `PostgreSQL` server that has been busy the longest.

use std::time::Duration;

use super::{Action, ActionError, Task};
use crate::{
    context::Context,
    db::BusySession,
    detectors::api_latency,
    domain::{Actor, Mode, Plan, Session, masked, one_line},
    settings::Settings,
};

pub const NAME: &str = "remediate_end_longest_query";
/// How long a session may be busy, unless `limit` in `sovani-ops.toml` overrides it.
const LIMIT: Duration = Duration::from_secs(300);
/// How long the session may take to end after the request.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const NONE_SHOWN: &str = "no session was shown when this was confirmed; nothing was ended";

pub const ACTION: Action = Action {
    name: NAME,
    mapped_to: &[api_latency::DETECTOR.name],
    mode: Mode::Approve,
    postgres_only: true,
    has_limit: true,
    timeout: Duration::from_secs(30),
    run: |task| Box::pin(run(task)),
    rests_on: |settings| vec![limit(settings).as_secs().to_string()],
    lacks: |_| None,
    plan: |cx| Box::pin(plan(cx)),
};

fn limit(settings: &Settings) -> Duration {
    let mut entries = settings.actions().iter();
    let entry = entries.find(|entry| entry.name == NAME);
    entry.and_then(|entry| entry.limit).unwrap_or(LIMIT)
}

fn none_is_longer(limit: Duration) -> String {
    format!(
        "no session has been busy for longer than {}s",
        limit.as_secs()
    )
}

/// If an administrator confirmed a particular session, only that one is ended.
async fn run(
    Task {
        cx,
        settings,
        session,
        who,
        ..
    }: Task<'_>,
) -> Result<String, ActionError> {
    let session = match (session, who.by.actor) {
        (Some(shown), _) => shown,
        (None, Actor::User(_)) => return Err(ActionError::Final(NONE_SHOWN.to_owned())),
        (
            None,
            Actor::Scheduler
            | Actor::Rest
            | Actor::Token(_)
            | Actor::Jobs
            | Actor::Terminal
            | Actor::Nobody,
        ) => longest(cx, limit(settings)).await?,
    };
    let pid = session.pid;
    match cx.db.end_session(session).await {
        Ok(true) => has_ended(cx, session).await,
        Ok(false) => Err(ActionError::Final(format!(
            "session {pid} is gone, or not at the same work any more; nothing was ended"
        ))),
        // Usually because the right to do it is missing.
        Err(error) => Err(ActionError::Final(format!(
            "session {pid} cannot be ended: {error}"
        ))),
    }
}

/// A session that is stuck in the kernel or rolls back a long transaction does not end when asked.
async fn has_ended(cx: &Context, session: Session) -> Result<String, ActionError> {
    let pid = session.pid;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while cx
        .db
        .session_is_connected(session)
        .await
        .map_err(anyhow::Error::from)?
    {
        if tokio::time::Instant::now() > deadline {
            return Err(ActionError::Final(format!(
                "session {pid} was told to end, and has not done so within {}s",
                PATIENCE.as_secs()
            )));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(format!("Session {pid} was ended"))
}

async fn longest(cx: &Context, limit: Duration) -> Result<Session, ActionError> {
    let longest = cx.db.longest_session(limit).await;
    let busy = longest
        .map_err(anyhow::Error::from)?
        .ok_or_else(|| ActionError::Final(none_is_longer(limit)))?;
    Ok(busy.session())
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    let limit = limit(&cx.settings.get());
    let Some(busy) = cx.db.longest_session(limit).await? else {
        return Ok(Plan::InVain(none_is_longer(limit)));
    };
    let session = busy.session();
    let BusySession {
        username,
        application,
        state,
        query,
        seconds,
        ..
    } = busy;
    Ok(Plan::EndSession {
        session,
        user: one_line(&username),
        application: one_line(&application),
        state,
        // The message goes to a group.
        query: one_line(&masked(&query)),
        busy: Duration::try_from_secs_f64(seconds).unwrap_or(limit),
    })
}
