//! The `OpenAPI` description, as JSON and as a page. It is generated from the handlers of the router; [`wrapping`] adds
//! what the layers around them do. Tests compare it with the served API.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::OpenApi;

use super::{
    auth::Reader,
    docs,
    error::{Error, Invalid},
    words::name_detectors,
    wrapping,
};
use crate::{context::Context, detectors::Registry};

/// Loads nothing and runs no scripts; the style is inline.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SoVAni ops",
        description = "Alerts, remediation and service levels. Timestamps are ISO 8601 in UTC, without an offset. Reading needs a token when API_PUBLIC_READ is false; while it is not set, also when this server is asked by another name than localhost. What answers GET answers HEAD, and every path OPTIONS.",
    ),
    components(schemas(Error, Invalid)),
    tags(
        (name = "alerts", description = "What has happened: the history and its summary"),
        (name = "incidents", description = "Faults: looking at them, taking them on, closing them"),
        (name = "silences", description = "Keeping notifications back"),
        (name = "service levels", description = "How the targets stand"),
        (name = "checks", description = "Looking and remedying on request"),
        (name = "jobs", description = "Jobs tell of their runs"),
        (name = "audit", description = "Who has changed what"),
        (name = "probes", description = "What other programs watch this one by"),
        (name = "description", description = "This document"),
    ),
)]
pub struct Api;

/// The finished description, generated on first use and after a change of the detectors, whose names it lists.
pub struct Document {
    endpoints: utoipa::openapi::OpenApi,
    made: Mutex<Option<Arc<Forms>>>,
}

struct Forms {
    detectors: Vec<String>,
    json: String,
    page: String,
}

impl Document {
    pub fn of(endpoints: utoipa::openapi::OpenApi) -> Self {
        Self {
            endpoints,
            made: Mutex::default(),
        }
    }

    fn forms(&self, registry: &Registry) -> Arc<Forms> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some(forms) if forms.detectors == registry.names() => Arc::clone(forms),
            _ => {
                let forms = Arc::new(Forms::of(&self.endpoints, registry));
                *made = Some(Arc::clone(&forms));
                forms
            }
        }
    }
}

impl Forms {
    fn of(endpoints: &utoipa::openapi::OpenApi, registry: &Registry) -> Self {
        let mut document = wrapping::around(endpoints);
        name_detectors(&mut document, registry);
        Self {
            detectors: registry.names().into_iter().map(str::to_owned).collect(),
            json: format!("{document:#}"),
            page: docs::page(&document),
        }
    }
}

/// This document
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "description",
    security((), ("bearer" = [])),
    responses((status = 200, description = "OpenAPI 3.1", body = HashMap<String, serde_json::Value>, content_type = "application/json")),
)]
pub async fn serve(
    _: Reader,
    State(cx): State<Arc<Context>>,
    Extension(document): Extension<Arc<Document>>,
) -> Response {
    let forms = document.forms(&cx.settings.registry());
    let media_type = (header::CONTENT_TYPE, "application/json");
    ([media_type], forms.json.clone()).into_response()
}

/// This document as a page to be read
#[utoipa::path(
    get,
    path = "/docs",
    operation_id = "docs",
    tag = "description",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
)]
pub async fn page(
    _: Reader,
    State(cx): State<Arc<Context>>,
    Extension(document): Extension<Arc<Document>>,
) -> Response {
    let forms = document.forms(&cx.settings.registry());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, forms.page.clone()).into_response()
}
