//! The query of a request: which parameters an endpoint takes, each named once, and the way to the next page.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, header, request::Parts},
};

use super::{
    error::ApiError,
    fault::Fault,
    parameters::{By, Parameter},
};

/// The page follows the row with this id.
pub const BEFORE: &str = "before_id";

/// The address of the next page, if there is one.
pub type Link = Option<[(HeaderName, String); 1]>;

/// The names and values as they came. Unknown ones are nobody's business; of repeated ones the last counts.
pub struct Given(Vec<(String, String)>);

impl Given {
    /// The parameter's value; a fault of it joins the others.
    pub fn read<T: Parameter>(&self, name: &'static str, faults: &mut Vec<Fault>) -> Option<T> {
        let given = self.0.iter().rev().find(|(given, _)| given == name);
        let value = T::read(name, given.map(|(_, value)| value.as_str()));
        value.map_err(|fault| faults.push(fault)).ok()
    }
}

/// What an endpoint takes in its query.
pub trait Parameters: Sized {
    /// All of it, or everything that is wrong with it.
    fn read(given: &Given) -> Result<Self, Vec<Fault>>;
}

/// Declares the parameters of a query, for who reads it and for who describes it. The comments are the descriptions.
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
            ) -> Result<Self, Vec<$crate::http::fault::Fault>> {
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
        /// Whom the chats name as the one who did it
        by: Option<By>,
    }
}

impl Acting {
    pub fn by(&self) -> Option<&str> {
        self.by.as_ref().map(|By(name)| name.as_str())
    }
}

/// The query of a request for an endpoint that takes these parameters. It is read when the endpoint asks, so that its
/// faults are told together with those of the path, and after those of the token.
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
    pub fn read(&self) -> Result<T, Vec<Fault>> {
        T::read(&self.given)
    }

    /// Takes away what is beyond the limit, and tells where to go on if there was anything (RFC 8288).
    pub fn next_page<R>(
        &self,
        path: &str,
        rows: &mut Vec<R>,
        limit: u32,
        id: impl Fn(&R) -> i64,
    ) -> Link {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if rows.len() <= limit {
            return None;
        }
        rows.truncate(limit);
        let last = id(rows.last()?).to_string();
        let next = self.with(BEFORE, &last);
        Some([(header::LINK, format!("<{path}?{next}>; rel=\"next\""))])
    }

    /// The same query with another value of one parameter, encoded.
    fn with(&self, name: &str, value: &str) -> String {
        let others = self.given.0.iter().filter(|(given, _)| given != name);
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair(name, value)
            .finish()
    }
}
