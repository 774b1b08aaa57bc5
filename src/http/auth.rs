//! Who may ask: the bearer token, looked up in the settings as they are at the request.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts, uri::Authority},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{attempts::Attempts, client::Client, error::ApiError};
use crate::{
    context::Context,
    domain::{By, Role, Who},
    ops::audit,
};

const SCHEME: &str = "bearer";
/// What the header must hold.
const ADMINS: &str = "ADMIN_TOKEN or a token of API_TOKENS";
const JOBS: &str = "the value of HEARTBEAT_TOKEN";

/// The request carries a token with which everything may be done.
pub struct Admin {
    by: By,
    client: Client,
}

/// The request carries the token of the jobs. The admin's does not do: it must not lie about in crontabs.
pub struct Job;

/// The request may read. Unless `API_PUBLIC_READ` says otherwise, anybody's may that calls this machine by its address.
pub struct Reader;

/// Whose token it is, and what may be done with it.
struct Holder {
    by: By,
    role: Role,
}

impl Admin {
    /// Who acts; the chats know them by the name that the request gives, if it gives one.
    pub fn who(&self, name: Option<&str>) -> Who {
        let mut by = self.by.clone();
        if let Some(name) = name {
            name.clone_into(&mut by.name);
        }
        Who::over_rest(by, self.client)
    }
}

impl FromRequestParts<Arc<Context>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let client = client(parts)?;
        let refused = match identify(parts, client, cx) {
            Ok(Holder { by, role }) if role >= Role::Admin => return Ok(Self { by, client }),
            Ok(Holder { by, .. }) => (by, ApiError::Forbidden),
            Err(error @ ApiError::Unauthorized(_)) => (By::nobody(), error),
            Err(error) => return Err(error),
        };
        let (by, error) = refused;
        let subject = format!("{} {}", parts.method, parts.uri.path());
        let who = Who::over_rest(by, client);
        audit::forbid(cx, &who, &subject, &error.to_string()).await;
        Err(error)
    }
}

impl FromRequestParts<Arc<Context>> for Job {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let expected = cx.settings.get().heartbeat_token.clone();
        let expected = expected.ok_or(ApiError::Disabled("HEARTBEAT_TOKEN is not set"))?;
        let found = |given: &str| is_same(given, expected.expose_secret()).then_some(Self);
        tried(parts, client(parts)?, cx, JOBS, found)
    }
}

impl FromRequestParts<Arc<Context>> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let public = cx.settings.get().api_public_read;
        let foreign = is_by_name(&parts.headers);
        match public {
            Some(true) => Ok(Self),
            None if !foreign => Ok(Self),
            None if bearer(&parts.headers).is_none() => Err(ApiError::ByName),
            _ => identify(parts, client(parts)?, cx).map(|_| Self),
        }
    }
}

/// A page in this machine's browser can have its own name resolve to this server, and would then be let read what it
/// answers.
fn is_by_name(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return false;
    };
    let authority = host.to_str().ok().and_then(|host| host.parse().ok());
    let Some(authority): Option<Authority> = authority else {
        return true;
    };
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_err() && !host.eq_ignore_ascii_case("localhost")
}

fn client(parts: &Parts) -> Result<Client, ApiError> {
    let client = parts.extensions.get().copied();
    client.ok_or_else(|| ApiError::Unexpected(anyhow::anyhow!("a request without a client")))
}

fn identify(parts: &Parts, client: Client, cx: &Context) -> Result<Holder, ApiError> {
    let settings = cx.settings.get();
    if settings.admin_token.is_none() && settings.api_tokens.is_empty() {
        return Err(ApiError::Disabled(
            "neither ADMIN_TOKEN nor API_TOKENS is set",
        ));
    }
    tried(parts, client, cx, ADMINS, |given| {
        let is_admin = |token: &SecretString| is_same(given, token.expose_secret());
        let is_admin = settings.admin_token.as_ref().is_some_and(is_admin);
        match settings.api_tokens.find(given) {
            _ if is_admin => Some(Holder {
                by: By::rest(),
                role: Role::Admin,
            }),
            Some(token) => Some(Holder {
                by: By::token(token.name),
                role: token.role,
            }),
            None => None,
        }
    })
}

/// What the given token is good for, unless the client has tried too many wrong ones.
fn tried<T>(
    parts: &Parts,
    client: Client,
    cx: &Context,
    expected: &'static str,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<T, ApiError> {
    let given = bearer(&parts.headers).ok_or(ApiError::Unauthorized(expected))?;
    let attempts: Option<&Arc<Attempts>> = parts.extensions.get();
    let now = cx.clock.now();
    if let Some(wait) = attempts.and_then(|attempts| attempts.wait(client, now)) {
        return Err(ApiError::TooManyAttempts(wait));
    }
    find(given).ok_or_else(|| {
        if let Some(attempts) = attempts {
            attempts.failed(client, now);
        }
        ApiError::Unauthorized(expected)
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}

/// Takes as long as the given text is long, so that time tells nothing about the secret, its length included.
fn is_same(given: &str, secret: &str) -> bool {
    let (given, secret) = (given.as_bytes(), secret.as_bytes());
    let same_length = given.len().ct_eq(&secret.len());
    let same = given
        .iter()
        .zip(secret.iter().cycle())
        .fold(same_length, |same, (one, two)| same & one.ct_eq(two));
    same.into()
}
