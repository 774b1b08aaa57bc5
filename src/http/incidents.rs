//! Incidents: list, show, acknowledge and close.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    auth::{Admin, Reader},
    error::{ApiError, Error},
    invalid_parameter::InvalidParameter,
    limits::to_the_end,
    parameters::{Limit, Moment, RowId, Value},
    path::Id,
    query::{Acting, Page, Query, query},
    text_parameters::Source,
    words::one_of,
};
use crate::{
    context::Context,
    db::{IncidentFilter, IncidentState},
    domain::{self, By, End, Extras, Mark, Severity, Silence, Timestamp},
    ops::incidents::{IncidentError, Operation, perform},
};

const PATH: &str = "/api/v1/ops/incidents";
const STATES: [(&str, IncidentState); 3] = [
    ("open", IncidentState::Open),
    ("closed", IncidentState::Closed),
    ("all", IncidentState::Any),
];

/// An incident: a fault, from the check that found it to the one that passed
#[derive(Serialize, ToSchema)]
pub struct Incident {
    id: i64,
    /// Identifies the fault: all its incidents have the same fingerprint
    fingerprint: String,
    /// The detector
    source: String,
    severity: Severity,
    /// The message of the newest failing check
    message: String,
    /// Further facts about it, most important first
    #[schema(value_type = HashMap<String, serde_json::Value>)]
    extras: Extras,
    state: OpenOrClosed,
    opened_at: String,
    /// The time of the newest failing check
    last_seen_at: String,
    /// The number of failing checks
    occurrences: u32,
    notifications: u32,
    #[schema(required = true)]
    acknowledged_at: Option<String>,
    #[schema(required = true)]
    acknowledged_by: Option<String>,
    /// null when no silence applies, and when the incident is closed
    #[schema(required = true)]
    silenced_until: Option<String>,
    #[schema(required = true)]
    escalated_at: Option<String>,
    #[schema(required = true)]
    closed_at: Option<String>,
    /// null when it ended by passing checks, scheduler when its detector was removed
    #[schema(required = true)]
    closed_by: Option<String>,
    /// Up to now, while it is open
    duration_seconds: i64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum OpenOrClosed {
    Open,
    Closed,
}

impl Value for IncidentState {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        match STATES.iter().find(|(word, _)| *word == text) {
            Some((_, state)) => Ok(*state),
            None => Err(InvalidParameter::word(name, &STATES.map(|(word, _)| word))),
        }
    }
}

impl PartialSchema for IncidentState {
    fn schema() -> RefOr<Schema> {
        let default = STATES.iter().find(|(_, state)| *state == Self::default());
        one_of(STATES.map(|(word, _)| word))
            .default(default.map(|(word, _)| (*word).into()))
            .into()
    }
}

impl ToSchema for IncidentState {}

query! {
    pub struct IncidentsQuery {
        /// Open incidents, closed ones, or all
        state: Option<IncidentState>,
        /// Only incidents of this severity
        severity: Option<Severity>,
        /// Only incidents of this detector, such as `check_db_growth`
        source: Option<Source>,
        /// Only incidents opened from this moment on: ISO 8601 in UTC, without an offset, such as 2026-01-31T22:00:00
        since: Option<Moment>,
        /// Only incidents opened up to this moment
        until: Option<Moment>,
        /// The page size
        limit: Option<Limit>,
        /// Only incidents after this id on the list; the Link header of a page contains it
        before_id: Option<RowId>,
    }
}

/// Incidents, newest first, in pages
#[utoipa::path(
    get,
    path = "/api/v1/ops/incidents",
    operation_id = "list_incidents",
    tag = "incidents",
    security((), ("bearer" = [])),
    params(IncidentsQuery),
    responses((status = 200, description = "Incidents", body = Vec<Incident>)),
)]
pub async fn list(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query<IncidentsQuery>,
) -> Result<Page<Incident>, ApiError> {
    let asked = query.read()?;
    let filter = IncidentFilter {
        state: asked.state.unwrap_or_default(),
        severity: asked.severity,
        source: asked.source.as_deref(),
        since: asked.since.map(Timestamp::from),
        until: asked.until.map(Timestamp::from),
        before: asked.before_id.map(i64::from),
    };
    let limit = asked.limit.unwrap_or_default();
    let incidents = cx.db.incidents(filter, limit.and_one()).await?;
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    let render = |incident| render(incident, &silences, now);
    Ok(query.page(PATH, limit, incidents, |incident| incident.id, render))
}

/// One incident
#[utoipa::path(
    get,
    path = "/api/v1/ops/incidents/{id}",
    operation_id = "get_incident",
    tag = "incidents",
    security((), ("bearer" = [])),
    params(("id" = i64, Path, description = "The incident's number", example = 1)),
    responses(
        (status = 200, description = "The incident", body = Incident),
        (status = 404, description = "There is no such incident", body = Error),
    ),
)]
pub async fn one(
    _: Reader,
    State(cx): State<Arc<Context>>,
    id: Id,
) -> Result<Json<Incident>, ApiError> {
    let id = id.0?;
    let incident = cx.db.incident(id).await?;
    shown(&cx, incident.ok_or(IncidentError::Unknown(id))?).await
}

/// Acknowledge an incident: there are no further reminders
#[utoipa::path(
    post,
    path = "/api/v1/ops/incidents/{id}/ack",
    operation_id = "acknowledge_incident",
    tag = "incidents",
    security(("bearer" = [])),
    params(("id" = i64, Path, description = "The incident's number", example = 1), Acting),
    responses(
        (status = 200, description = "The incident as it is now", body = Incident),
        (status = 404, description = "There is no such incident", body = Error),
        (
            status = 409,
            description = "It is acknowledged or closed already; the text says when, and by whom if by anybody",
            body = Error,
        ),
    ),
)]
pub async fn acknowledge(
    admin: Admin,
    state: State<Arc<Context>>,
    id: Id,
    query: Query<Acting>,
) -> Result<Json<Incident>, ApiError> {
    done(&admin, state, id, &query, Operation::Acknowledge).await
}

/// Close an incident; a check that still fails opens a new one
#[utoipa::path(
    post,
    path = "/api/v1/ops/incidents/{id}/resolve",
    operation_id = "resolve_incident",
    tag = "incidents",
    security(("bearer" = [])),
    params(("id" = i64, Path, description = "The incident's number", example = 1), Acting),
    responses(
        (status = 200, description = "The incident as it is now", body = Incident),
        (status = 404, description = "There is no such incident", body = Error),
        (
            status = 409,
            description = "It is closed already; the text says when, and by whom if by anybody",
            body = Error,
        ),
    ),
)]
pub async fn resolve(
    admin: Admin,
    state: State<Arc<Context>>,
    id: Id,
    query: Query<Acting>,
) -> Result<Json<Incident>, ApiError> {
    done(&admin, state, id, &query, Operation::Resolve).await
}

async fn done(
    admin: &Admin,
    State(cx): State<Arc<Context>>,
    id: Id,
    query: &Query<Acting>,
    operation: Operation,
) -> Result<Json<Incident>, ApiError> {
    let (id, who) = query.read_with(id, admin)?;
    let done = to_the_end(&cx, async move |cx| perform(&cx, id, operation, who).await);
    shown(&cx, done.await?).await
}

async fn shown(cx: &Context, incident: domain::Incident) -> Result<Json<Incident>, ApiError> {
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    Ok(Json(render(incident, &silences, now)))
}

fn render(incident: domain::Incident, silences: &[Silence], now: Timestamp) -> Incident {
    let life = &incident.life;
    let acknowledged = life.acknowledged.as_ref();
    let closed_by = match &life.end {
        Some(End::ByHand(mark)) => Some(mark.by.name.clone()),
        Some(End::Unwatched { .. }) => Some(By::scheduler().name),
        Some(End::Passed { .. }) | None => None,
    };
    // A closed incident has no notifications to hold back.
    let silence = Silence::of(silences, &incident, now).filter(|_| life.is_open());
    Incident {
        id: incident.id,
        fingerprint: incident.fingerprint.to_string(),
        severity: life.severity,
        state: if life.is_open() {
            OpenOrClosed::Open
        } else {
            OpenOrClosed::Closed
        },
        opened_at: life.opened_at.iso(),
        last_seen_at: life.last_seen_at.iso(),
        occurrences: life.occurrences,
        notifications: life.notifications,
        acknowledged_at: acknowledged.map(|mark| mark.at.iso()),
        acknowledged_by: acknowledged.map(|Mark { by, .. }| by.name.clone()),
        silenced_until: silence.map(|silence| silence.ends_at.iso()),
        escalated_at: life.escalated_at.map(Timestamp::iso),
        closed_at: life.end.as_ref().map(|end| end.at().iso()),
        closed_by,
        duration_seconds: life.lasted(now).num_seconds(),
        source: incident.source,
        message: incident.message,
        extras: incident.extras,
    }
}
