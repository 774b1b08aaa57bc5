//! Authentication: the bearer token is looked up in the current settings.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts, uri::Authority},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{
    attempts::{Attempts, Kind},
    client::Client,
    error::ApiError,
};
use crate::{
    context::Context,
    domain::{By, Role, Who},
    ops::audit,
    settings::{Grant, Settings},
};

const SCHEME: &str = "bearer";
/// The accepted tokens, as named in an error.
const ADMINS: &str = "ADMIN_TOKEN or a token of API_TOKENS";
const JOBS: &str = "the value of HEARTBEAT_TOKEN, or the job's token of API_TOKENS";

/// The request has a token with all rights.
pub struct Admin {
    by: By,
    client: Client,
}

/// The request has a heartbeat token. The admin's token is not accepted, so that it does not end up in crontabs.
pub struct Job {
    by: By,
    client: Client,
    /// The only job that the token is valid for; `None` if it is valid for all.
    only: Option<String>,
}

/// The request may read. Unless `API_PUBLIC_READ` is off, every client may that addresses this machine by its IP
/// address or as `localhost`.
pub struct Reader;

/// The holder of a token, and their rights.
struct Holder {
    by: By,
    role: Role,
}

impl Admin {
    /// The author, shown in chats under the name that the request gives, if any.
    pub fn who(&self, name: Option<&str>) -> Who {
        let mut by = self.by.clone();
        if let Some(name) = name {
            name.clone_into(&mut by.name);
        }
        Who::over_rest(by, self.client)
    }
}

impl Job {
    /// The author, if the token is valid for this job.
    pub async fn who(&self, cx: &Context, job: &str) -> Result<Who, ApiError> {
        let who = Who::of_job(self.by.clone(), self.client);
        match &self.only {
            Some(only) if only != job => {
                let error = ApiError::OtherJob(only.clone());
                audit::forbid(cx, &who, &format!("job {job}"), &error.to_string()).await;
                Err(error)
            }
            _ => Ok(who),
        }
    }
}

impl FromRequestParts<Arc<Context>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let client = client(parts)?;
        let refused = match identify(parts, client, cx) {
            Ok(Holder { by, role }) if role >= Role::Admin => return Ok(Self { by, client }),
            Ok(Holder { by, .. }) => (by, ApiError::Forbidden),
            Err(error @ (ApiError::Unauthorized(_) | ApiError::TooManyAttempts(_))) => {
                (By::nobody(), error)
            }
            Err(error) => return Err(error),
        };
        let (by, error) = refused;
        forbid(parts, cx, &Who::over_rest(by, client), &error).await;
        Err(error)
    }
}

impl FromRequestParts<Arc<Context>> for Job {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cx: &Arc<Context>) -> Result<Self, ApiError> {
        let settings = cx.settings.get();
        if settings.heartbeat_token.is_none() && settings.api_tokens.is_empty() {
            return Err(ApiError::Disabled("HEARTBEAT_TOKEN is not set"));
        }
        let client = client(parts)?;
        let found = tried(parts, client, cx, Kind::Heartbeat, |given| {
            job_of(given, &settings)
        });
        match found {
            Ok((by, only)) => Ok(Self { by, client, only }),
            Err(error) => {
                forbid(parts, cx, &Who::of_job(By::nobody(), client), &error).await;
                Err(error)
            }
        }
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
            _ => match identify(parts, client(parts)?, cx)?.role {
                Role::Stranger => Err(ApiError::Forbidden),
                Role::Viewer | Role::Admin => Ok(Self),
            },
        }
    }
}

/// A page in this machine's browser can point its own name at this server and would then be allowed to read the
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

async fn forbid(parts: &Parts, cx: &Context, who: &Who, why: &ApiError) {
    let subject = format!("{} {}", parts.method, parts.uri.path());
    audit::forbid(cx, who, &subject, &why.to_string()).await;
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
    tried(parts, client, cx, Kind::Rest, |given| {
        holder(given, &settings)
    })
}

fn holder(given: &str, settings: &Settings) -> Option<Holder> {
    let is_admin = |token: &SecretString| is_same(given, token.expose_secret());
    if settings.admin_token.as_ref().is_some_and(is_admin) {
        let (by, role) = (By::rest(), Role::Admin);
        return Some(Holder { by, role });
    }
    settings.api_tokens.find(given).map(|token| Holder {
        by: By::token(token.name),
        role: match token.grant {
            Grant::Role(role) => role,
            Grant::Job(_) => Role::Stranger,
        },
    })
}

/// The holder of a heartbeat token, and the only job that it is valid for, if it is restricted.
fn job_of(given: &str, settings: &Settings) -> Option<(By, Option<String>)> {
    let is_of_all = |token: &SecretString| is_same(given, token.expose_secret());
    if settings.heartbeat_token.as_ref().is_some_and(is_of_all) {
        return Some((By::jobs(), None));
    }
    let token = settings.api_tokens.find(given)?;
    match &token.grant {
        Grant::Job(job) => Some((By::token(token.name), Some(job.clone()))),
        Grant::Role(_) => None,
    }
}

/// Tells if the request's token allows changes. Only decides about admission under load.
pub fn is_trusted(headers: &HeaderMap, settings: &Settings) -> bool {
    let Some(given) = bearer(headers) else {
        return false;
    };
    holder(given, settings).is_some_and(|holder| holder.role >= Role::Admin)
        || job_of(given, settings).is_some()
}

/// Looks the token up. After too many wrong ones, a client is not even told that the next one is wrong.
fn tried<T>(
    parts: &Parts,
    client: Client,
    cx: &Context,
    kind: Kind,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<T, ApiError> {
    let expected = match kind {
        Kind::Rest => ADMINS,
        Kind::Heartbeat => JOBS,
    };
    let given = bearer(&parts.headers).ok_or(ApiError::Unauthorized(expected))?;
    if let Some(found) = find(given) {
        return Ok(found);
    }
    let attempts: Option<&Arc<Attempts>> = parts.extensions.get();
    let wait = attempts.and_then(|attempts| attempts.failed(kind, client, cx.clock.now()));
    Err(wait.map_or(ApiError::Unauthorized(expected), ApiError::TooManyAttempts))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}

/// The comparison's duration depends only on the length of the given text, so it reveals neither the secret nor its
/// length.
fn is_same(given: &str, secret: &str) -> bool {
    let (given, secret) = (given.as_bytes(), secret.as_bytes());
    let same_length = given.len().ct_eq(&secret.len());
    let same = given
        .iter()
        .zip(secret.iter().cycle())
        .fold(same_length, |same, (one, two)| same & one.ct_eq(two));
    same.into()
}
