//! Silences: looking at them, beginning or planning one, and ending one before its time.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use serde_json::{Value, json};

use super::{
    auth::{Admin, Reader},
    error::ApiError,
    fault::{Fault, both},
    limits::to_the_end,
    path::Id,
    query::Query,
};
use crate::{
    context::Context,
    db::NewSilence,
    detectors,
    domain::{Mark, Scope, Silence, Span, Timestamp, planned_start},
    ops::silences,
};

const PATH: &str = "/api/v1/ops/silences";
const REASON: RangeInclusive<usize> = 0..=Silence::REASON_MAX;

/// A new silence, and where it is.
type Created = (StatusCode, [(HeaderName, String); 1], Json<Value>);

pub async fn list(_: Reader, State(cx): State<Arc<Context>>) -> Result<Json<Vec<Value>>, ApiError> {
    let now = cx.clock.now();
    let standing = cx.db.standing_silences(now).await?;
    let render = |silence: &Silence| render(silence, now);
    Ok(Json(standing.iter().map(render).collect()))
}

pub async fn begin(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Created, ApiError> {
    let now = cx.clock.now();
    let new = parse(&admin, &query, now)?;
    let work = Arc::clone(&cx);
    let begun = to_the_end(&cx, async move { silences::begin(&work, &new).await });
    let (silence, _) = begun.await??;
    let location = format!("{PATH}/{}", silence.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(render(&silence, now)),
    ))
}

pub async fn end(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    id: Id,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let (id, by) = both(id.0, query.by())?;
    let who = admin.who(by);
    let work = Arc::clone(&cx);
    let ended = to_the_end(&cx, async move { silences::end(&work, id, &who).await });
    Ok(Json(render(&ended.await??, cx.clock.now())))
}

fn parse(admin: &Admin, query: &Query, now: Timestamp) -> Result<NewSilence, ApiError> {
    let (((scope, span), reason), (starts_at, by)) = both(
        both(
            both(scope(query), span(query)),
            query.text("reason", &REASON),
        ),
        both(start(query, now), query.by()),
    )?;
    Ok(NewSilence {
        scope,
        reason: reason.unwrap_or_default().to_owned(),
        who: admin.who(by),
        starts_at,
        ends_at: starts_at + span.duration(),
    })
}

fn scope(query: &Query) -> Result<Scope, Fault> {
    let name = "scope";
    let scope = query
        .required(name)?
        .parse()
        .unwrap_or_else(|never| match never {});
    if let Scope::Detector(detector) = &scope {
        detectors::find(detector).map_err(|error| Fault::value(name, error))?;
    }
    Ok(scope)
}

fn span(query: &Query) -> Result<Span, Fault> {
    let name = "duration";
    let text = query.required(name)?.trim();
    text.parse().map_err(|error| Fault::value(name, error))
}

fn start(query: &Query, now: Timestamp) -> Result<Timestamp, Fault> {
    let name = "starts_at";
    let Some(at) = query.moment(name)? else {
        return Ok(now);
    };
    planned_start(at, now).map_err(|error| Fault::value(name, error))
}

fn render(silence: &Silence, now: Timestamp) -> Value {
    let ended = silence.ended.as_ref();
    json!({
        "id": silence.id,
        "scope": silence.scope.to_string(),
        "reason": silence.reason,
        "created_by": silence.by.name,
        "starts_at": silence.starts_at.iso(),
        "ends_at": silence.ends_at.iso(),
        "ended_at": ended.map(|mark| mark.at.iso()),
        "ended_by": ended.map(|Mark { by, .. }| &by.name),
        "phase": silence.phase(now).as_str(),
    })
}
