//! One log line, one id and one observation for every request.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::client::Client;
use crate::context::Context;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer id from a proxy is replaced, because it would fill the log.
const REQUEST_ID_MAX: usize = 64;
/// Replaces unknown paths and methods, so that clients cannot invent label values.
const OTHER: &str = "other";

pub async fn observe(State(cx): State<Arc<Context>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let endpoint = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| OTHER.to_owned(), |path| path.as_str().to_owned());
    let id = request_id(&request);
    let client: Option<Client> = request.extensions().get().copied();
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or(OTHER));

    let mut response = next.run(request).instrument(span.clone()).await;

    let status = response.status();
    let took = started.elapsed();
    cx.metrics
        .http_request_duration_seconds
        .with_label_values(&[method, endpoint.as_str(), status.as_str()])
        .observe(took.as_secs_f64());
    let _entered = span.enter();
    tracing::info!(
        method,
        path = endpoint,
        client = client.map(tracing::field::display),
        status = status.as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that a proxy gave the request, or a new one.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |id: &&HeaderValue| {
        (1..=REQUEST_ID_MAX).contains(&id.len())
            && id
                .as_bytes()
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    let given = request.headers().get(REQUEST_ID).filter(plain).cloned();
    given.unwrap_or_else(|| HeaderValue::from(fastrand::u64(..)))
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => OTHER,
    }
}
