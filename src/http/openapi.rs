//! The description of this API for other programs; a test compares it with what is served.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::auth::Reader;

const DOCUMENT: &str = include_str!("openapi.json");

pub async fn document(_: Reader) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
