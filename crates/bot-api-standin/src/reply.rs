//! The forms of an HTTP answer: Telegram's envelopes, and what a broken network delivers instead.

use axum::body::Body;
use hyper::{Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

use super::error::ApiError;

pub enum Reply {
    Result(Value),
    Refused(ApiError),
    Page { status: u16, body: &'static str },
    HangUp,
}

/// Given to hyper in place of a response, it closes the connection without a byte.
#[derive(Debug, thiserror::Error)]
#[error("the stand-in hung up")]
pub struct HungUp;

impl Reply {
    pub fn into_response(self) -> Result<Response<Body>, HungUp> {
        match self {
            Self::Result(result) => Ok(envelope(200, &json!({"ok": true, "result": result}))),
            Self::Refused(error) => Ok(envelope(error.code, &error.to_json())),
            Self::Page { status, body } => Ok(response(status, "text/html", body.into())),
            Self::HangUp => Err(HungUp),
        }
    }
}

fn envelope(status: u16, body: &Value) -> Response<Body> {
    response(status, "application/json", body.to_string().into())
}

fn response(status: u16, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        CONTENT_TYPE,
        hyper::header::HeaderValue::from_static(content_type),
    );
    response
}
