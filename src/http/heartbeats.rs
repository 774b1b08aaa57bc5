//! Jobs tell of their runs. Made for `curl` in a crontab: no body, safe to repeat, a token of its own.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    auth::Job,
    error::ApiError,
    fault::{Fault, both},
    limits::to_the_end,
    path::Name,
    query::Query,
};
use crate::{context::Context, domain::Heartbeat, ops::heartbeats::hear};

const RUN: &str = "run";
const RUN_LENGTH: RangeInclusive<usize> = 1..=64;
/// What is kept of a message; it is cut there, not refused, as a job cannot know.
const MESSAGE_CHARS: usize = 500;

pub async fn start(
    _: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let run = run(&query)?;
    answer(cx, job, run, Heartbeat::Start).await
}

pub async fn success(
    _: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let run = run(&query)?;
    answer(cx, job, run, Heartbeat::Success).await
}

pub async fn fail(
    _: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let any_length = 0..=usize::MAX;
    let (run, message) = both(run(&query), query.text("message", &any_length))?;
    let message = message
        .filter(|message| !message.is_empty())
        .map(|message| message.chars().take(MESSAGE_CHARS).collect());
    answer(cx, job, run, Heartbeat::Fail { message }).await
}

/// What the job calls its run, if it does.
fn run(query: &Query) -> Result<Option<String>, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match query.text(RUN, &RUN_LENGTH)? {
        Some(run) if !run.chars().all(plain) => Err(Fault::value(
            RUN,
            "expected letters, digits and . _ - alone",
        )),
        run => Ok(run.map(str::to_owned)),
    }
}

async fn answer(
    cx: Arc<Context>,
    Name(job): Name,
    run: Option<String>,
    heartbeat: Heartbeat,
) -> Result<Json<Value>, ApiError> {
    let (work, name) = (Arc::clone(&cx), job.clone());
    let heard = to_the_end(&cx, async move {
        hear(&work, &name, run.as_deref(), &heartbeat).await
    });
    let run = heard.await??;
    Ok(Json(
        json!({"job": job, "run": run.id, "status": run.status.as_str()}),
    ))
}
