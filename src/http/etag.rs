//! Conditional requests: an answer that the client already has is not sent again (RFC 9110, 13.1.2).

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::error::ApiError;

/// Larger than any page of a list. Larger answers are sent without a tag.
const BODY_BYTES: u64 = 8 * 1024 * 1024;
/// A truncated hash is enough: provoking a collision gains nothing.
const TAG_BYTES: usize = 16;

/// Tags the answer with a hash of its body. The newest id would not do, because rows change later (an alert's list of
/// chats).
pub async fn tag(request: Request, next: Next) -> Response {
    let asked = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let size = response.body().size_hint().exact();
    if !asked || response.status() != StatusCode::OK || size.is_none_or(|size| size > BODY_BYTES) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return ApiError::Unexpected(error.into()).into_response(),
    };
    mark(&mut head.headers, &tag_of(&bytes));
    conditional(known.as_ref(), Response::from_parts(head, bytes.into()))
}

/// The tagged answer, without its body if the client has named its tag.
pub fn conditional(known: Option<&HeaderValue>, response: Response) -> Response {
    let tag = response.headers().get(header::ETAG);
    let tag = tag.and_then(|tag| tag.to_str().ok());
    if !matches!((known, tag), (Some(known), Some(tag)) if lists(known, tag)) {
        return response;
    }
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::empty())
}

fn tag_of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    format!("\"{}\"", hex::encode(&hash[..TAG_BYTES]))
}

/// A cache may keep the answer, but must revalidate it each time.
fn mark(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// `*`, or a list of tags, some of which a proxy may have made weak.
fn lists(known: &HeaderValue, tag: &str) -> bool {
    known.to_str().is_ok_and(|known| {
        known
            .split(',')
            .map(|known| known.trim().trim_start_matches("W/"))
            .any(|known| known == "*" || known == tag)
    })
}
