//! The one mapping of errors to answers: `{"detail": …}`, as the existing clients parse it.

use axum::{
    Json,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use serde::Serialize;
use utoipa::ToSchema;

use super::invalid_parameter::InvalidParameter;
use crate::{
    db::is_outage,
    detectors::UnknownDetector,
    domain::{End, Mark, Silence},
    ops::{
        heartbeats::HeartbeatError, incidents::IncidentError, remediation::RemediationError,
        silences::SilenceError,
    },
};

/// The reason why a request was refused
#[derive(Serialize, ToSchema)]
pub struct Error {
    /// A text for people
    detail: String,
}

/// The invalid parameters of a request
#[derive(Serialize, ToSchema)]
pub struct Invalid {
    /// Every error
    detail: Vec<InvalidParameter>,
}

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("{0}")]
    BadRequest(String),
    #[error("the Authorization header must be: Bearer, and {0}")]
    Unauthorized(&'static str),
    #[error("disabled: {0}")]
    Disabled(&'static str),
    #[error("by this name only with a token; API_PUBLIC_READ=true opens reading to everybody")]
    ByName,
    #[error("this token may read, and this endpoint is for administrators")]
    Forbidden,
    #[error("too many wrong tokens from this address; wait")]
    TooManyAttempts(Duration),
    #[error("too many requests at once; try again")]
    Overloaded,
    #[error("{0}")]
    NotFound(String),
    #[error("{0} is not allowed here; see the Allow header")]
    MethodNotAllowed(Method),
    #[error("{0}")]
    Conflict(String),
    #[error("the request's body is too large; no endpoint needs one")]
    BodyTooLarge,
    #[error("this token may tell of the job {0:?} alone")]
    OtherJob(String),
    #[error("{why}")]
    TooManyRuns { why: String, wait: chrono::Duration },
    #[error("the query is wrong")]
    Query(Vec<InvalidParameter>),
    #[error("internal error")]
    Unexpected(anyhow::Error),
    #[error("{0}")]
    Unavailable(String),
    #[error("database unavailable")]
    Database(sqlx::Error),
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Disabled(_) | Self::ByName | Self::Forbidden | Self::OtherJob(_) => {
                StatusCode::FORBIDDEN
            }
            Self::TooManyAttempts(_) | Self::TooManyRuns { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Query(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded | Self::Unavailable(_) | Self::Database(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// Logs the cause, which the answer does not contain.
    fn log(&self) {
        match self {
            Self::Unexpected(error) => tracing::error!("a request failed: {error:?}"),
            Self::Database(error) => tracing::error!("the database failed a request: {error:?}"),
            _ => {}
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let (status, detail) = (self.status(), self.to_string());
        let header = match &self {
            Self::Unauthorized(_) => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            Self::TooManyAttempts(wait) | Self::TooManyRuns { wait, .. } => Some((
                header::RETRY_AFTER,
                ((wait.num_milliseconds() + 999) / 1000).into(),
            )),
            Self::Overloaded => Some((header::RETRY_AFTER, HeaderValue::from_static("1"))),
            _ => None,
        };
        let mut response = match self {
            Self::Query(detail) => (status, Json(Invalid { detail })).into_response(),
            _ => (status, Json(Error { detail })).into_response(),
        };
        response.headers_mut().extend(header);
        response
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if is_outage(&error) {
            Self::Database(error)
        } else {
            Self::Unexpected(error.into())
        }
    }
}

impl From<InvalidParameter> for ApiError {
    fn from(fault: InvalidParameter) -> Self {
        Self::Query(vec![fault])
    }
}

impl From<Vec<InvalidParameter>> for ApiError {
    fn from(faults: Vec<InvalidParameter>) -> Self {
        Self::Query(faults)
    }
}

impl From<UnknownDetector> for ApiError {
    fn from(error: UnknownDetector) -> Self {
        Self::NotFound(format!("no remediation: {error}"))
    }
}

impl From<RemediationError> for ApiError {
    fn from(error: RemediationError) -> Self {
        match error {
            RemediationError::Disabled => Self::BadRequest(error.to_string()),
            RemediationError::NoAction { .. } | RemediationError::NotOfDetector { .. } => {
                Self::NotFound(error.to_string())
            }
            RemediationError::Busy(_)
            | RemediationError::Off(_)
            | RemediationError::NeedsTwo(_)
            | RemediationError::Changed(_)
            | RemediationError::HeldBack(_) => Self::Conflict(error.to_string()),
            RemediationError::Database(error) => error.into(),
        }
    }
}

impl From<IncidentError> for ApiError {
    fn from(error: IncidentError) -> Self {
        match error {
            IncidentError::Unknown(_) => Self::NotFound(error.to_string()),
            IncidentError::Closed { id, end } => Self::Conflict(closed(id, &end)),
            IncidentError::Acknowledged { id, mark } => Self::Conflict(acknowledged(id, &mark)),
            IncidentError::Database(error) => error.into(),
        }
    }
}

impl From<HeartbeatError> for ApiError {
    fn from(error: HeartbeatError) -> Self {
        match error {
            HeartbeatError::Unknown { .. } => Self::NotFound(error.to_string()),
            HeartbeatError::TooMany { wait, .. } => Self::TooManyRuns {
                why: error.to_string(),
                wait,
            },
            HeartbeatError::Ended { .. } => Self::Conflict(error.to_string()),
            HeartbeatError::Database(error) => error.into(),
        }
    }
}

impl From<SilenceError> for ApiError {
    fn from(error: SilenceError) -> Self {
        match error {
            SilenceError::Unknown(_) => Self::NotFound(error.to_string()),
            SilenceError::Over(silence) => Self::Conflict(over(&silence)),
            SilenceError::Database(error) => error.into(),
        }
    }
}

fn closed(id: i64, end: &End) -> String {
    match end {
        End::ByHand(mark) => {
            let (by, at) = (&mark.by.name, mark.at.iso());
            format!("incident {id} is closed already, by {by} at {at}")
        }
        End::Passed { at } => {
            format!(
                "incident {id} is closed already: its checks passed, at {}",
                at.iso()
            )
        }
        End::Unwatched { at } => {
            format!(
                "incident {id} is closed already: its check was removed, at {}",
                at.iso()
            )
        }
    }
}

fn acknowledged(id: i64, mark: &Mark) -> String {
    let (by, at) = (&mark.by.name, mark.at.iso());
    format!("incident {id} is acknowledged already, by {by} at {at}")
}

fn over(silence: &Silence) -> String {
    let what = format!("silence {} is over already", silence.id);
    match &silence.ended {
        Some(mark) => format!("{what}, ended by {} at {}", mark.by.name, mark.at.iso()),
        None => format!("{what}, since {}", silence.ends_at.iso()),
    }
}
