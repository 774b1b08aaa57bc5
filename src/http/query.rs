//! The query's parameters, read into types. Faults are told in the words of the first implementation's framework.

use std::{num::IntErrorKind, ops::RangeInclusive};

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::error::ApiError;
use crate::domain::Severity;

/// What is wrong with one parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    name: &'static str,
    message: String,
    kind: &'static str,
}

impl Fault {
    fn new(name: &'static str, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            message: message.into(),
            kind,
        }
    }

    /// The value is of the right type and still not one to work with.
    pub fn value(name: &'static str, problem: &str) -> Self {
        Self::new(name, "value_error", format!("Value error, {problem}"))
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fault = serializer.serialize_struct("Fault", 3)?;
        fault.serialize_field("loc", &["query", self.name])?;
        fault.serialize_field("msg", &self.message)?;
        fault.serialize_field("type", self.kind)?;
        fault.end()
    }
}

/// Both values, or the faults of both.
pub fn both<A, B>(one: Result<A, Fault>, two: Result<B, Fault>) -> Result<(A, B), Vec<Fault>> {
    match (one, two) {
        (Ok(one), Ok(two)) => Ok((one, two)),
        (Err(one), Err(two)) => Err(vec![one, two]),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(vec![fault]),
    }
}

/// The parameters of a request. Unknown ones are nobody's business; of repeated ones the last counts.
pub struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

impl Query {
    fn get(&self, name: &str) -> Option<&str> {
        let given = self.0.iter().rev().find(|(given, _)| given == name);
        given.map(|(_, value)| value.as_str())
    }

    pub fn required(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name)
            .ok_or_else(|| Fault::new(name, "missing", "Field required"))
    }

    pub fn integer(
        &self,
        name: &'static str,
        range: &RangeInclusive<u32>,
    ) -> Result<Option<u32>, Fault> {
        let below = || {
            let message = format!("Input should be greater than or equal to {}", range.start());
            Fault::new(name, "greater_than_equal", message)
        };
        let above = || {
            let message = format!("Input should be less than or equal to {}", range.end());
            Fault::new(name, "less_than_equal", message)
        };
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.trim().parse::<i64>() {
            Ok(number) if number < i64::from(*range.start()) => Err(below()),
            Ok(number) => match u32::try_from(number) {
                Ok(number) if range.contains(&number) => Ok(Some(number)),
                _ => Err(above()),
            },
            Err(error) => Err(match error.kind() {
                IntErrorKind::NegOverflow => below(),
                IntErrorKind::PosOverflow => above(),
                _ => Fault::new(
                    name,
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer",
                ),
            }),
        }
    }

    pub fn date(&self, name: &'static str) -> Result<Option<NaiveDate>, Fault> {
        let parse = |text: &str| {
            let date: Option<NaiveDate> = text.trim().parse().ok();
            date.filter(|date| (1..=9999).contains(&date.year()))
                .ok_or_else(|| {
                    Fault::new(
                        name,
                        "date_from_datetime_parsing",
                        "Input should be a valid date or datetime, expected YYYY-MM-DD",
                    )
                })
        };
        self.get(name).map(parse).transpose()
    }

    pub fn severity(&self, name: &'static str) -> Result<Option<Severity>, Fault> {
        let parse = |text: &str| {
            text.parse().map_err(|_| {
                Fault::new(
                    name,
                    "enum",
                    "Input should be 'info', 'warning', 'error' or 'critical'",
                )
            })
        };
        self.get(name).map(parse).transpose()
    }

    pub fn flag(&self, name: &'static str) -> Result<bool, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(false);
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
            _ => Err(Fault::new(
                name,
                "bool_parsing",
                "Input should be a valid boolean, unable to interpret input",
            )),
        }
    }
}
