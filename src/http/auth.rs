//! Who may ask: the bearer token, looked up in the settings as they are at the request.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::error::ApiError;
use crate::{context::Context, settings::Settings};

const SCHEME: &str = "bearer";

/// The request carries the admin token.
pub struct Admin;

/// The request carries the token of the jobs. The admin's does not do: it must not lie about in crontabs.
pub struct Job;

/// The request may read: anybody's may, unless `API_PUBLIC_READ` is off.
pub struct Reader;

impl FromRequestParts<Arc<Context>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        admit_admin(&parts.headers, &cx.settings.get()).map(|()| Self)
    }
}

impl FromRequestParts<Arc<Context>> for Job {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let token = cx.settings.get().heartbeat_token.clone();
        admit(&parts.headers, "HEARTBEAT_TOKEN", token.as_ref()).map(|()| Self)
    }
}

impl FromRequestParts<Arc<Context>> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let settings = cx.settings.get();
        if settings.public_read() {
            return Ok(Self);
        }
        admit_admin(&parts.headers, &settings).map(|()| Self)
    }
}

fn admit_admin(headers: &HeaderMap, settings: &Settings) -> Result<(), ApiError> {
    admit(headers, "ADMIN_TOKEN", settings.admin_token.as_ref())
}

/// `setting` holds the token that is expected.
fn admit(
    headers: &HeaderMap,
    setting: &'static str,
    expected: Option<&SecretString>,
) -> Result<(), ApiError> {
    let expected = expected.ok_or(ApiError::Disabled(setting))?;
    let given = bearer(headers).ok_or(ApiError::Unauthorized(setting))?;
    if is_same(given.as_bytes(), expected.expose_secret().as_bytes()) {
        Ok(())
    } else {
        Err(ApiError::Unauthorized(setting))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}

/// Takes as long as the given text is long, so that time tells nothing about the secret, its length included.
fn is_same(given: &[u8], secret: &[u8]) -> bool {
    let same_length = given.len().ct_eq(&secret.len());
    let same = given
        .iter()
        .zip(secret.iter().cycle())
        .fold(same_length, |same, (one, two)| same & one.ct_eq(two));
    same.into()
}
