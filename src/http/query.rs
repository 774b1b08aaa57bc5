//! Query parameters of endpoints, each declared once, and links to the next page.

use std::marker::PhantomData;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderName, header, request::Parts},
};

use super::{
    auth::Admin,
    error::ApiError,
    invalid_parameter::{InvalidParameter, both},
    parameters::{Limit, Parameter},
    path::Id,
    text_parameters::By,
};
use crate::domain::Who;

/// The page starts after the row with this id.
pub const BEFORE: &str = "before_id";

/// The rows of a list, and the address of the next page, if there is one.
pub type Page<T> = (Option<[(HeaderName, String); 1]>, Json<Vec<T>>);

/// The raw names and values. Unknown names are ignored; the last of repeated ones counts.
pub struct Given(Vec<(String, String)>);

impl Given {
    /// Parses a parameter; an error is added to the others.
    pub fn read<T: Parameter>(
        &self,
        name: &'static str,
        faults: &mut Vec<InvalidParameter>,
    ) -> Option<T> {
        let given = self.0.iter().rev().find(|(given, _)| given == name);
        let value = T::read(name, given.map(|(_, value)| value.as_str()));
        value.map_err(|fault| faults.push(fault)).ok()
    }
}

/// The query parameters of an endpoint.
pub trait Parameters: Sized {
    /// All parameters, or all errors.
    fn read(given: &Given) -> Result<Self, Vec<InvalidParameter>>;
}

/// Declares the query parameters of an endpoint, for parsing and for the description. The doc comments are the
/// descriptions.
macro_rules! query {
    ($vis:vis struct $name:ident { $($(#[$about:meta])* $field:ident: $kind:ty,)+ }) => {
        #[derive(utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        $vis struct $name {
            $($(#[$about])* #[param(inline)] pub $field: $kind,)+
        }

        impl $crate::http::query::Parameters for $name {
            fn read(
                given: &$crate::http::query::Given,
            ) -> Result<Self, Vec<$crate::http::invalid_parameter::InvalidParameter>> {
                let mut faults = Vec::new();
                $(let $field = given.read(stringify!($field), &mut faults);)+
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err(faults),
                }
            }
        }
    };
}

pub(super) use query;

query! {
    pub struct Acting {
        /// The name to show in chats as the author
        by: Option<By>,
    }
}

/// The query of an endpoint with these parameters. It is parsed on demand, so that its errors are reported together
/// with those of the path, and after those of the token.
pub struct Query<T> {
    given: Given,
    takes: PhantomData<fn() -> T>,
}

impl<S: Sync, T> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Ok(Self {
            given: Given(pairs.into_owned().collect()),
            takes: PhantomData,
        })
    }
}

impl<T: Parameters> Query<T> {
    pub fn read(&self) -> Result<T, Vec<InvalidParameter>> {
        T::read(&self.given)
    }

    /// One parameter by itself, if it is valid.
    pub fn one<V: Parameter>(&self, name: &'static str) -> Option<V> {
        self.given.read(name, &mut Vec::new())
    }

    /// As many of the rows as were asked for, and where to go on if there are more (RFC 8288).
    pub fn page<R, S>(
        &self,
        path: &str,
        Limit(limit): Limit,
        mut rows: Vec<R>,
        id: impl Fn(&R) -> i64,
        render: impl FnMut(R) -> S,
    ) -> Page<S> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_last = rows.len() <= limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| !is_last).map(|last| {
            let next = self.with(BEFORE, &id(last).to_string());
            [(header::LINK, format!("<{path}?{next}>; rel=\"next\""))]
        });
        (next, Json(rows.into_iter().map(render).collect()))
    }

    /// The same query with one parameter replaced, encoded.
    fn with(&self, name: &str, value: &str) -> String {
        let others = self.given.0.iter().filter(|(given, _)| given != name);
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair(name, value)
            .finish()
    }
}

impl Query<Acting> {
    /// The row to act on and who acts, or all that is wrong with the path and the query.
    pub fn read_with(&self, id: Id, admin: &Admin) -> Result<(i64, Who), Vec<InvalidParameter>> {
        let (id, acting) = both(id.0.map_err(Vec::from), self.read())?;
        Ok((id, admin.who(acting.by.as_deref())))
    }
}
