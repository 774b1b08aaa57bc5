//! Incidents: looking at them, taking them on and closing them.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    auth::{Admin, Reader},
    error::ApiError,
    fault::both,
    limits::to_the_end,
    path::Id,
    query::{Link, Query, SOURCE},
};
use crate::{
    context::Context,
    db::{IncidentFilter, IncidentState},
    domain::{End, Incident, Mark, Silence, Timestamp},
    ops::incidents::{Deed, IncidentError, perform},
};

const PATH: &str = "/api/v1/ops/incidents";
const STATES: &[(&str, IncidentState)] = &[
    ("open", IncidentState::Open),
    ("closed", IncidentState::Closed),
    ("all", IncidentState::Any),
];
const LIMITS: RangeInclusive<u32> = 1..=500;
const DEFAULT_LIMIT: u32 = 50;

pub async fn list(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<(Link, Json<Vec<Value>>), ApiError> {
    let (filter, limit) = parse(&query)?;
    // One more than asked for tells whether there is another page.
    let mut incidents = cx.db.incidents(filter, i64::from(limit) + 1).await?;
    let link = query.next_page(PATH, &mut incidents, limit, |incident| incident.id);
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    let render = |incident: &Incident| render(incident, &silences, now);
    Ok((link, Json(incidents.iter().map(render).collect())))
}

fn parse(query: &Query) -> Result<(IncidentFilter<'_>, u32), ApiError> {
    let (((state, severity), source), ((since, until), (limit, before))) = both(
        both(
            both(query.word("state", STATES), query.severity("severity")),
            query.text("source", &SOURCE),
        ),
        both(
            both(query.moment("since"), query.moment("until")),
            both(query.integer("limit", &LIMITS), query.before()),
        ),
    )?;
    let filter = IncidentFilter {
        state: state.unwrap_or_default(),
        severity,
        source,
        since,
        until,
        before,
    };
    Ok((filter, limit.unwrap_or(DEFAULT_LIMIT)))
}

pub async fn one(
    _: Reader,
    State(cx): State<Arc<Context>>,
    id: Id,
) -> Result<Json<Value>, ApiError> {
    let id = id.0?;
    let incident = cx.db.incident(id).await?;
    shown(&cx, &incident.ok_or(IncidentError::Unknown(id))?).await
}

pub async fn acknowledge(
    admin: Admin,
    state: State<Arc<Context>>,
    id: Id,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    done(&admin, state, id, &query, Deed::Acknowledge).await
}

pub async fn resolve(
    admin: Admin,
    state: State<Arc<Context>>,
    id: Id,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    done(&admin, state, id, &query, Deed::Resolve).await
}

async fn done(
    admin: &Admin,
    State(cx): State<Arc<Context>>,
    id: Id,
    query: &Query,
    deed: Deed,
) -> Result<Json<Value>, ApiError> {
    let (id, by) = both(id.0, query.by())?;
    let who = admin.who(by);
    let work = Arc::clone(&cx);
    let deed = async move { perform(&work, id, deed, who).await };
    shown(&cx, &to_the_end(&cx, deed).await??).await
}

async fn shown(cx: &Context, incident: &Incident) -> Result<Json<Value>, ApiError> {
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    Ok(Json(render(incident, &silences, now)))
}

fn render(incident: &Incident, silences: &[Silence], now: Timestamp) -> Value {
    let life = &incident.life;
    let acknowledged = life.acknowledged.as_ref();
    let closed_by = match &life.end {
        Some(End::ByHand(mark)) => Some(&mark.by.name),
        Some(End::Passed { .. }) | None => None,
    };
    // Nothing is told of an incident that has ended, so there is nothing to be kept back.
    let silence = Silence::of(silences, incident, now).filter(|_| life.is_open());
    json!({
        "id": incident.id,
        "fingerprint": incident.fingerprint,
        "source": incident.source,
        "severity": life.severity,
        "message": incident.message,
        "extras": incident.extras,
        "state": if life.is_open() { "open" } else { "closed" },
        "opened_at": life.opened_at.iso(),
        "last_seen_at": life.last_seen_at.iso(),
        "occurrences": life.occurrences,
        "notifications": life.notifications,
        "acknowledged_at": acknowledged.map(|mark| mark.at.iso()),
        "acknowledged_by": acknowledged.map(|Mark { by, .. }| &by.name),
        "silenced_until": silence.map(|silence| silence.ends_at.iso()),
        "escalated_at": life.escalated_at.map(Timestamp::iso),
        "closed_at": life.end.as_ref().map(|end| end.at().iso()),
        "closed_by": closed_by,
        "duration_seconds": life.lasted(now).num_seconds(),
    })
}
