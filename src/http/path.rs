use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::invalid_parameter::{InvalidParameter, ParameterLocation, integer};

const NAME: &str = "id";

/// The path's `{job}`. A value that is not UTF-8 matches no job.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(name.map_or_else(|_| String::new(), |Path(name)| name)))
    }
}

/// The path's `{id}`, or what is wrong with it, which is reported together with errors in the query.
pub struct Id(pub Result<i64, InvalidParameter>);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        // Text that is not UTF-8 is not a number.
        let text = Path::<String>::from_request_parts(parts, state)
            .await
            .map_or_else(|_| String::new(), |Path(text)| text);
        let id = integer(NAME, &text, &(i64::MIN..=i64::MAX));
        Ok(Self(id.map_err(|fault| fault.at(ParameterLocation::Path))))
    }
}
