//! Time limits for answers and size limits for requests.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;

use tracing::Instrument;

use super::{admission::Admission, connection_slots::ConnectionSlot, error::ApiError};
use crate::context::Context;

/// Clients often send an empty body or a small form; anything larger is refused.
const BODY_BYTES: usize = 64 * 1024;
/// How much of a refused body is still read: a client that is disconnected while writing never sees the answer.
const DRAINED_BYTES: usize = 32 * 1024 * 1024;
/// Reading a body takes no longer than this, refused or not.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Answers 503 at once under overload. A request that was admitted keeps its connection until it is answered.
pub async fn shed(
    State((cx, admission)): State<(Arc<Context>, Arc<Admission>)>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let admitted = admission.admit(&parts, &cx.settings.get());
    let _admitted = admitted.ok_or(ApiError::Overloaded)?;
    let request = Request::from_parts(parts, body);
    if let Some(slot) = request.extensions().get::<Arc<ConnectionSlot>>() {
        slot.busy();
    }
    Ok(next.run(request).await)
}

/// Limits the time of an answer.
pub async fn answer_within(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            ApiError::Unavailable(format!("no answer within {}s", limit.as_secs())).into_response()
        }
    }
}

/// Reads and drops the body. Counts the received bytes instead of trusting the announced length.
pub async fn absorb_body(request: Request, next: Next) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let announced = body.size_hint().lower();
    let asks_first = head.headers.contains_key(header::EXPECT);
    if asks_first && announced > BODY_BYTES as u64 {
        return Err(ApiError::BodyTooLarge);
    }
    let read = tokio::time::timeout(BODY_WITHIN, drain(body)).await;
    match read {
        Ok(Ok(bytes)) if bytes <= BODY_BYTES => {
            Ok(next.run(Request::from_parts(head, Body::empty())).await)
        }
        Ok(Ok(_)) => Err(ApiError::BodyTooLarge),
        _ if announced > BODY_BYTES as u64 => Err(ApiError::BodyTooLarge),
        Ok(Err(_)) | Err(_) => Err(ApiError::BadRequest(
            "the request's body did not arrive".to_owned(),
        )),
    }
}

/// The number of bytes received.
async fn drain(body: Body) -> Result<usize, axum::Error> {
    let mut frames = body.into_data_stream();
    let mut bytes: usize = 0;
    while let Some(frame) = frames.next().await {
        bytes = bytes.saturating_add(frame?.len());
        if bytes > DRAINED_BYTES {
            break;
        }
    }
    Ok(bytes)
}

/// Does work that must not stop halfway because the client went away or would wait no longer.
pub async fn to_the_end<T, E, W>(
    cx: &Arc<Context>,
    work: impl FnOnce(Arc<Context>) -> W,
) -> Result<T, ApiError>
where
    T: Send + 'static,
    E: Send + 'static,
    ApiError: From<E>,
    W: Future<Output = Result<T, E>> + Send + 'static,
{
    let work = work(Arc::clone(cx)).in_current_span();
    let done = cx.tasks.spawn(work).await;
    Ok(done.map_err(|error| ApiError::Unexpected(error.into()))??)
}
