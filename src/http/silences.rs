//! Silences: list, create, plan, and end early.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::{Admin, Reader},
    error::{ApiError, Error},
    invalid_parameter::{InvalidParameter, both},
    limits::to_the_end,
    parameters::{Moment, Value},
    path::Id,
    query::{Acting, Query, query},
    text_parameters::{By, texts},
};
use crate::{
    context::Context,
    db::NewSilence,
    detectors::Registry,
    domain::{self, Mark, Scope, SilencePhase, Span, Timestamp, planned_start},
    ops::silences,
};

const PATH: &str = "/api/v1/ops/silences";

/// A silence holds notifications back for some time
#[derive(Serialize, ToSchema)]
pub struct Silence {
    id: i64,
    /// all, a detector or a fingerprint
    scope: String,
    reason: String,
    created_by: String,
    starts_at: String,
    ends_at: String,
    /// The time at which the silence was ended early
    #[schema(required = true)]
    ended_at: Option<String>,
    #[schema(required = true)]
    ended_by: Option<String>,
    phase: SilencePhase,
}

/// A new silence, and its address.
type Created = (StatusCode, [(HeaderName, String); 1], Json<Silence>);

impl Value for Scope {
    fn parse(_: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        // Its detector is looked up where the registry is.
        Ok(text.parse().unwrap_or_else(|never| match never {}))
    }
}

impl Value for Span {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        let span = text.trim().parse();
        span.map_err(|error| InvalidParameter::value(name, error))
    }
}

texts! {
    /// The reason for the silence, for people to read.
    WhyKeptBack of (0..=domain::Silence::REASON_MAX), default = "";
}

query! {
    pub struct NewQuery {
        /// A detector, the fingerprint of one fault, or all (everything that is not critical)
        #[param(example = "check_db_growth")]
        scope: Scope,
        /// Such as 30m, 2h, 1h30m or 2d; 90 days at most
        #[param(example = "2h")]
        duration: Span,
        /// Shown in the chats; no control characters
        reason: Option<WhyKeptBack>,
        /// ISO 8601 in UTC, without an offset; not in the past, within 90 days; now by default
        #[param(example = "2026-01-31T22:00:00")]
        starts_at: Option<Moment>,
        /// The name to show in chats as the author
        by: Option<By>,
    }
}

/// Active and planned silences, by their start
#[utoipa::path(
    get,
    path = "/api/v1/ops/silences",
    operation_id = "list_silences",
    tag = "silences",
    security((), ("bearer" = [])),
    responses((status = 200, description = "Silences", body = Vec<Silence>)),
)]
pub async fn list(
    _: Reader,
    State(cx): State<Arc<Context>>,
) -> Result<Json<Vec<Silence>>, ApiError> {
    let now = cx.clock.now();
    let standing = cx.db.standing_silences(now).await?;
    let render = |silence| render(silence, now);
    Ok(Json(standing.into_iter().map(render).collect()))
}

/// Hold notifications back for some time, from now on or from a later moment
#[utoipa::path(
    post,
    path = "/api/v1/ops/silences",
    operation_id = "begin_silence",
    tag = "silences",
    security(("bearer" = [])),
    params(NewQuery),
    responses((
        status = 201,
        description = "The silence",
        body = Silence,
        headers(("Location" = String, description = "What to DELETE to end it")),
    )),
)]
pub async fn begin(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query<NewQuery>,
) -> Result<Created, ApiError> {
    let now = cx.clock.now();
    let known = known(&cx.settings.registry(), query.one("scope"));
    let ((), asked) = both(known, query.read())?;
    let new = planned(&admin, asked, now)?;
    let begun = to_the_end(&cx, async move |cx| silences::begin(&cx, &new).await);
    let (silence, _) = begun.await?;
    let location = format!("{PATH}/{}", silence.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(render(silence, now)),
    ))
}

/// End a silence early; a fault that continues and was held back is notified
#[utoipa::path(
    delete,
    path = "/api/v1/ops/silences/{id}",
    operation_id = "end_silence",
    tag = "silences",
    security(("bearer" = [])),
    params(("id" = i64, Path, description = "The silence's number", example = 1), Acting),
    responses(
        (status = 200, description = "The silence as it is now", body = Silence),
        (status = 404, description = "There is no such silence", body = Error),
        (status = 409, description = "It is over already; the text says since when", body = Error),
    ),
)]
pub async fn end(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    id: Id,
    query: Query<Acting>,
) -> Result<Json<Silence>, ApiError> {
    let (id, who) = query.read_with(id, &admin)?;
    let ended = to_the_end(&cx, async move |cx| silences::end(&cx, id, &who).await);
    Ok(Json(render(ended.await?, cx.clock.now())))
}

fn known(registry: &Registry, scope: Option<Scope>) -> Result<(), Vec<InvalidParameter>> {
    match scope {
        Some(Scope::Detector(name)) => match registry.find(&name) {
            Ok(_) => Ok(()),
            Err(error) => Err(vec![InvalidParameter::value("scope", error)]),
        },
        _ => Ok(()),
    }
}

fn planned(admin: &Admin, asked: NewQuery, now: Timestamp) -> Result<NewSilence, InvalidParameter> {
    let starts_at = match asked.starts_at {
        Some(Moment(at)) => {
            planned_start(at, now).map_err(|error| InvalidParameter::value("starts_at", error))?
        }
        None => now,
    };
    Ok(NewSilence {
        scope: asked.scope,
        who: admin.who(asked.by.as_deref()),
        reason: asked.reason.map_or_else(String::new, |why| why.0),
        starts_at,
        ends_at: starts_at + asked.duration.duration(),
    })
}

fn render(silence: domain::Silence, now: Timestamp) -> Silence {
    let ended = silence.ended.as_ref();
    Silence {
        id: silence.id,
        scope: silence.scope.to_string(),
        created_by: silence.by.name.clone(),
        starts_at: silence.starts_at.iso(),
        ends_at: silence.ends_at.iso(),
        ended_at: ended.map(|mark| mark.at.iso()),
        ended_by: ended.map(|Mark { by, .. }| by.name.clone()),
        phase: silence.phase(now),
        reason: silence.reason,
    }
}
