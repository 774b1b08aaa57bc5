//! The endpoints and the layers around them.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    admission::Admission,
    alerts,
    attempts::Attempts,
    audit, check_list, checks,
    error::ApiError,
    etag::tag,
    heartbeats, incidents,
    limits::{absorb_body, answer_within, shed},
    observe::observe,
    openapi::{self, Document},
    probes, remediation,
    shared::{SharedAnswers, share},
    silences, slo,
};
use crate::{context::Context, detectors::panic_text};

/// A few small queries, with time to wait for a connection to the database.
const QUICK_LIMIT: Duration = Duration::from_secs(10);
/// The longest action (15 minutes) with the usual three retries. The work continues after this; only the answer is
/// given up.
const WORK_LIMIT: Duration = Duration::from_hours(1);

pub fn router(cx: &Arc<Context>) -> Router {
    let (endpoints, description) = endpoints(cx).split_for_parts();
    let app = endpoints
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(Extension(Arc::new(Document::of(description))))
        .layer(Extension(Arc::<Attempts>::default()))
        .layer(Extension(Arc::<SharedAnswers>::default()))
        .layer(from_fn_with_state(
            (Arc::clone(cx), Arc::<Admission>::default()),
            shed,
        ))
        .layer(from_fn(absorb_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn_with_state(Arc::clone(cx), observe))
        .with_state(Arc::clone(cx));
    // As the outermost layer: the router adds the header after its own layers.
    Router::new()
        .fallback_service(app)
        .layer(map_response(allow_options))
}

/// Each endpoint, with its description.
fn endpoints(cx: &Arc<Context>) -> OpenApiRouter<Arc<Context>> {
    let kept = OpenApiRouter::with_openapi(openapi::Api::openapi())
        .routes(routes!(alerts::health))
        .routes(routes!(alerts::list))
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::one))
        .routes(routes!(silences::list, silences::begin))
        .routes(routes!(slo::range))
        .routes(routes!(slo::summary))
        .routes(routes!(audit::list))
        .routes(routes!(check_list::list))
        .routes(routes!(openapi::serve))
        .routes(routes!(openapi::page))
        .layer(from_fn(tag));
    let quick = OpenApiRouter::default()
        .routes(routes!(incidents::acknowledge))
        .routes(routes!(incidents::resolve))
        .routes(routes!(silences::end))
        .routes(routes!(heartbeats::start))
        .routes(routes!(heartbeats::success))
        .routes(routes!(heartbeats::fail))
        .routes(routes!(probes::metrics))
        .routes(routes!(probes::alive))
        .routes(routes!(probes::ready));
    let quick = kept
        .merge(quick)
        .layer(from_fn_with_state(Arc::clone(cx), share))
        .layer(from_fn_with_state(QUICK_LIMIT, answer_within));
    let works = OpenApiRouter::default()
        .routes(routes!(checks::run))
        .routes(routes!(remediation::run))
        .layer(from_fn_with_state(WORK_LIMIT, answer_within));
    quick.merge(works)
}

async fn not_found(uri: Uri) -> ApiError {
    ApiError::NotFound(format!("there is nothing at {}", uri.path()))
}

/// Either way the `Allow` header lists the allowed methods.
async fn method_not_allowed(method: Method) -> Result<StatusCode, ApiError> {
    if method == Method::OPTIONS {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::MethodNotAllowed(method))
    }
}

/// Answers OPTIONS on every path, because the router does not handle it.
async fn allow_options(mut response: Response) -> Response {
    if let Some(allowed) = response.headers().get(header::ALLOW)
        && let Ok(methods) = allowed.to_str()
        && let Ok(more) = HeaderValue::from_str(&format!("{methods},OPTIONS"))
    {
        response.headers_mut().insert(header::ALLOW, more);
    }
    response
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over"
)]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::Unexpected(anyhow::anyhow!("panic: {}", panic_text(panic.as_ref()))).into_response()
}
