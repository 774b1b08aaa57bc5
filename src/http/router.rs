//! The endpoints, and what wraps every one of them.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, Method, Uri, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

use super::{
    alerts, checks,
    error::ApiError,
    heartbeats, incidents,
    limits::{absorb_body, answer_within},
    observe::observe,
    openapi, probes, remediation, silences, slo,
};
use crate::{context::Context, detectors::panic_text};

/// A few small queries, with time to wait for a connection to the database.
const QUICK_LIMIT: Duration = Duration::from_secs(10);
/// The longest action (15 minutes) with the usual three retries. The work goes on when the answer is given up.
const WORK_LIMIT: Duration = Duration::from_hours(1);

pub fn router(cx: &Arc<Context>) -> Router {
    let quick = Router::new()
        .route("/api/v1/ops/health", get(alerts::health))
        .route("/api/v1/ops/alerts", get(alerts::list))
        .route("/api/v1/ops/incidents", get(incidents::list))
        .route("/api/v1/ops/incidents/{id}", get(incidents::one))
        .route(
            "/api/v1/ops/incidents/{id}/ack",
            post(incidents::acknowledge),
        )
        .route(
            "/api/v1/ops/incidents/{id}/resolve",
            post(incidents::resolve),
        )
        .route(
            "/api/v1/ops/silences",
            get(silences::list).post(silences::begin),
        )
        .route("/api/v1/ops/silences/{id}", delete(silences::end))
        .route("/api/v1/ops/jobs/{job}/start", post(heartbeats::start))
        .route("/api/v1/ops/jobs/{job}/success", post(heartbeats::success))
        .route("/api/v1/ops/jobs/{job}/fail", post(heartbeats::fail))
        .route("/api/v1/ops/slo", get(slo::range))
        .route("/api/v1/ops/slo/summary", get(slo::summary))
        .route("/metrics", get(probes::metrics))
        .route("/healthz", get(probes::alive))
        .route("/readyz", get(probes::ready))
        .route("/openapi.json", get(openapi::document))
        .layer(from_fn_with_state(QUICK_LIMIT, answer_within));
    let works = Router::new()
        .route("/api/v1/ops/run-detectors", post(checks::run))
        .route("/api/v1/ops/remediate", post(remediation::run))
        .layer(from_fn_with_state(WORK_LIMIT, answer_within));
    quick
        .merge(works)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(absorb_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn_with_state(Arc::clone(cx), observe))
        .with_state(Arc::clone(cx))
}

async fn not_found(uri: Uri) -> ApiError {
    ApiError::NotFound(format!("there is nothing at {}", uri.path()))
}

async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::MethodNotAllowed(method)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over"
)]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::Unexpected(anyhow::anyhow!("panic: {}", panic_text(panic.as_ref()))).into_response()
}
