//! Probes for monitoring.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::Reader,
    error::{ApiError, Error},
};
use crate::{
    context::Context,
    domain::Severity,
    ops::readiness::{self, Readiness, Role},
};

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The answer must arrive before a scraper's timeout (10 s), with or without fresh figures from the database.
const GAUGES_WITHIN: Duration = Duration::from_secs(2);

/// The process answers
#[derive(Serialize, ToSchema)]
pub struct Alive {
    /// Always ok
    status: &'static str,
}

/// The program does its work
#[derive(Serialize, ToSchema)]
pub struct Ready {
    /// Always ready
    status: &'static str,
    /// null before the first sweep
    #[schema(required = true)]
    last_sweep_age_seconds: Option<i64>,
    /// standby when another instance does the work and this one would take over
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// The checks that the last sweep could not measure, for want of a table or of a source: nobody knows if what they look
    /// at is well
    not_measured: Vec<String>,
}

/// Liveness of the process
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = "probes",
    responses((status = 200, description = "It is", body = Alive)),
)]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// Readiness: the database and Telegram are reachable, alerts arrive, and the last sweep is not overdue
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "probes",
    responses(
        (status = 200, description = "Ready", body = Ready),
        (status = 503, description = "What is lacking", body = Error),
    ),
)]
pub async fn ready(State(cx): State<Arc<Context>>) -> Result<Json<Ready>, ApiError> {
    let Readiness {
        role,
        lacking,
        unmeasured,
    } = readiness::look(&cx).await;
    if lacking.is_empty() {
        Ok(Json(Ready {
            status: "ready",
            last_sweep_age_seconds: cx
                .sweeps
                .last()
                .map(|_| cx.sweeps.age(cx.clock.now()).num_seconds()),
            role: (role == Role::Standby).then_some("standby"),
            not_measured: unmeasured,
        }))
    } else {
        Err(ApiError::Unavailable(lacking.join("; ")))
    }
}

/// Metrics in Prometheus' text format
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "probes",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The page", body = String, content_type = "text/plain")),
)]
pub async fn metrics(_: Reader, State(cx): State<Arc<Context>>) -> Result<Response, ApiError> {
    refresh_gauges(&cx).await;
    let page = cx
        .metrics
        .page()
        .map_err(|error| ApiError::Unexpected(error.into()))?;
    Ok(([(header::CONTENT_TYPE, TEXT_FORMAT)], page).into_response())
}

/// If the database fails, gauges with data from it keep their last values.
async fn refresh_gauges(cx: &Context) {
    cx.metrics
        .sweep_age_seconds
        .set(cx.sweeps.age(cx.clock.now()).as_seconds_f64());
    let read = async {
        tokio::try_join!(
            cx.db.outbox_depth(),
            cx.db.open_by_severity(),
            cx.db.size(),
            readiness::reach(cx)
        )
    };
    let Ok(Ok((depth, open, size, reach))) = tokio::time::timeout(GAUGES_WITHIN, read).await else {
        cx.metrics.database_up.set(0);
        return;
    };
    cx.metrics.database_up.set(1);
    cx.metrics.database_size_bytes.set(size);
    let age = depth
        .oldest
        .map_or(0.0, |oldest| cx.clock.now().since(oldest).as_seconds_f64());
    let chats = [("reachable", reach.reachable), ("lost", reach.lost.len())];
    for (state, count) in chats {
        let gauge = cx.metrics.alert_chats.with_label_values(&[state]);
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    cx.metrics.outbox_depth.set(depth.pending);
    cx.metrics.outbox_oldest_age_seconds.set(age);
    for severity in Severity::ALL {
        let open = open.iter().find(|(level, _)| *level == severity);
        cx.metrics
            .incidents_open
            .with_label_values(&[severity.as_str()])
            .set(open.map_or(0, |(_, count)| *count));
    }
}
