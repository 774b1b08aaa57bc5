//! Heartbeats: jobs report their runs. Designed for `curl` in a crontab: no body, safe to repeat, a token of its own.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    auth::Job,
    error::{ApiError, Error},
    invalid_parameter::InvalidParameter,
    limits::to_the_end,
    parameters::Value,
    path::Name,
    query::{Query, query},
    text_parameters::{text, text_of, texts},
};
use crate::{
    context::Context,
    domain::{Heartbeat, RunStatus},
    ops::heartbeats::hear,
};

/// Longer messages are truncated rather than refused, because a job cannot know the limit.
const MESSAGE_CHARS: usize = 500;

/// The reported run of a job
#[derive(Serialize, ToSchema)]
pub struct JobRun {
    job: String,
    /// The run's id
    run: i64,
    status: RunStatus,
}

/// The job's own identifier of a run.
pub struct RunName(String);

impl RunName {
    const LENGTH: RangeInclusive<usize> = 1..=64;
    const PATTERN: &str = "^[A-Za-z0-9._-]+$";
}

impl Value for RunName {
    fn parse(name: &'static str, given: &str) -> Result<Self, InvalidParameter> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let run = text(name, given, &Self::LENGTH)?;
        if run.chars().all(plain) {
            Ok(Self(run))
        } else {
            Err(InvalidParameter::value(
                name,
                "expected letters, digits and . _ - alone",
            ))
        }
    }
}

impl PartialSchema for RunName {
    fn schema() -> RefOr<Schema> {
        let length = text_of(&Self::LENGTH);
        length.pattern(Some(Self::PATTERN)).into()
    }
}

impl ToSchema for RunName {}

texts! {
    /// Any length is accepted, and truncated later.
    Message of (0..=usize::MAX);
}

query! {
    pub struct RunQuery {
        /// The job's own identifier of this run; repeating a call with it changes nothing
        run: Option<RunName>,
    }
}

query! {
    pub struct FailQuery {
        /// The job's own identifier of this run; repeating a call with it changes nothing
        run: Option<RunName>,
        /// The cause, on one line; the first 500 characters are kept
        message: Option<Message>,
    }
}

/// Report the start of a job; a repeated call within 60 s is the same run
#[utoipa::path(
    post,
    path = "/api/v1/ops/jobs/{job}/start",
    operation_id = "job_started",
    tag = "jobs",
    security(("heartbeat" = [])),
    params(("job" = String, Path, description = "The job's name in sovani-ops.toml", example = "backup"), RunQuery),
    responses(
        (status = 200, description = "The run as it is now", body = JobRun),
        (status = 404, description = "The job is not listed; the text names those that are", body = Error),
        (status = 429, description = "Wrong tokens, or runs of this job, came too often; wait as long as Retry-After says", body = Error),
    ),
)]
pub async fn start(
    teller: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query<RunQuery>,
) -> Result<Json<JobRun>, ApiError> {
    answer(cx, &teller, job, query.read()?.run, Heartbeat::Start).await
}

/// Report success: of the job's newest run, or of one that started just now
#[utoipa::path(
    post,
    path = "/api/v1/ops/jobs/{job}/success",
    operation_id = "job_succeeded",
    tag = "jobs",
    security(("heartbeat" = [])),
    params(("job" = String, Path, description = "The job's name in sovani-ops.toml", example = "backup"), RunQuery),
    responses(
        (status = 200, description = "The run as it is now", body = JobRun),
        (status = 404, description = "The job is not listed; the text names those that are", body = Error),
        (status = 429, description = "Wrong tokens, or runs of this job, came too often; wait as long as Retry-After says", body = Error),
        (status = 409, description = "The run of that name has ended already, with the other outcome", body = Error),
    ),
)]
pub async fn success(
    teller: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query<RunQuery>,
) -> Result<Json<JobRun>, ApiError> {
    answer(cx, &teller, job, query.read()?.run, Heartbeat::Success).await
}

/// Report failure: of the job's newest run, or of one that started just now
#[utoipa::path(
    post,
    path = "/api/v1/ops/jobs/{job}/fail",
    operation_id = "job_failed",
    tag = "jobs",
    security(("heartbeat" = [])),
    params(("job" = String, Path, description = "The job's name in sovani-ops.toml", example = "backup"), FailQuery),
    responses(
        (status = 200, description = "The run as it is now", body = JobRun),
        (status = 404, description = "The job is not listed; the text names those that are", body = Error),
        (status = 429, description = "Wrong tokens, or runs of this job, came too often; wait as long as Retry-After says", body = Error),
        (status = 409, description = "The run of that name has ended already, with the other outcome", body = Error),
    ),
)]
pub async fn fail(
    teller: Job,
    State(cx): State<Arc<Context>>,
    job: Name,
    query: Query<FailQuery>,
) -> Result<Json<JobRun>, ApiError> {
    let asked = query.read()?;
    let message = asked
        .message
        .filter(|Message(message)| !message.is_empty())
        .map(|Message(message)| message.chars().take(MESSAGE_CHARS).collect());
    answer(cx, &teller, job, asked.run, Heartbeat::Fail { message }).await
}

async fn answer(
    cx: Arc<Context>,
    teller: &Job,
    Name(job): Name,
    run: Option<RunName>,
    heartbeat: Heartbeat,
) -> Result<Json<JobRun>, ApiError> {
    let who = teller.who(&cx, &job).await?;
    let name = job.clone();
    let heard = to_the_end(&cx, async move |cx| {
        let run = run.as_ref().map(|RunName(run)| run.as_str());
        hear(&cx, &who, &name, run, &heartbeat).await
    });
    let run = heard.await?;
    Ok(Json(JobRun {
        job,
        run: run.id,
        status: run.status,
    }))
}
