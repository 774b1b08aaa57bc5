//! The query's parameters, read into types.

use std::{fmt::Display, ops::RangeInclusive};

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, header, request::Parts},
};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::{
    error::ApiError,
    fault::{self, Fault},
};
use crate::domain::{Severity, Timestamp};

/// Longer than any detector's name. One that is unknown is no fault: what it told outlives a detector.
pub const SOURCE: RangeInclusive<usize> = 1..=100;

/// The page follows the row with this id.
const BEFORE: &str = "before_id";

/// The address of the next page, if there is one.
pub type Link = Option<[(HeaderName, String); 1]>;

/// A name is one line in a chat.
const NAME: RangeInclusive<usize> = 1..=60;

/// The query's parameters. Unknown ones are nobody's business; of repeated ones the last counts.
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

    /// A name, which is looked up and not repeated.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.get(name)
    }

    pub fn required(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name)
            .ok_or_else(|| Fault::new(name, "missing", "Field required"))
    }

    pub fn integer<N>(
        &self,
        name: &'static str,
        range: &RangeInclusive<N>,
    ) -> Result<Option<N>, Fault>
    where
        N: Copy + Display + Into<i64> + TryFrom<i64>,
    {
        let parse = |text| fault::integer(name, text, range);
        self.get(name).map(parse).transpose()
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

    /// ISO 8601 in UTC. An offset is refused rather than guessed at: no answer of this API has one.
    pub fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, Fault> {
        let parse = |text: &str| {
            let text = text.trim();
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
                .map(Timestamp::from_naive_utc)
                .map_err(|_| {
                    Fault::new(
                        name,
                        "datetime_parsing",
                        "Input should be a valid datetime in UTC without an offset, expected YYYY-MM-DDTHH:MM:SS",
                    )
                })
        };
        self.get(name).map(parse).transpose()
    }

    /// What people read, without the spaces around it. Control characters are none of that, and PostgreSQL keeps no
    /// NUL.
    pub fn text(
        &self,
        name: &'static str,
        length: &RangeInclusive<usize>,
    ) -> Result<Option<&str>, Fault> {
        let Some(text) = self.get(name).map(str::trim) else {
            return Ok(None);
        };
        let (shortest, longest) = (length.start(), length.end());
        let count = text.chars().count();
        if text.chars().any(char::is_control) {
            Err(Fault::value(name, "control characters are not allowed"))
        } else if count < *shortest {
            let message = format!("String should have at least {}", characters(*shortest));
            Err(Fault::new(name, "string_too_short", message))
        } else if count > *longest {
            let message = format!("String should have at most {}", characters(*longest));
            Err(Fault::new(name, "string_too_long", message))
        } else {
            Ok(Some(text))
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(
        &self,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => Err(Fault::new(name, "enum", expected(words))),
        }
    }

    pub fn severity(&self, name: &'static str) -> Result<Option<Severity>, Fault> {
        let parse = |text: &str| {
            let words = Severity::ALL.map(|severity| (severity.as_str(), severity));
            text.parse()
                .map_err(|_| Fault::new(name, "enum", expected(&words)))
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

    /// Whom the chats name as the one who did it.
    pub fn by(&self) -> Result<Option<&str>, Fault> {
        self.text("by", &NAME)
    }

    pub fn before(&self) -> Result<Option<i64>, Fault> {
        self.integer(BEFORE, &(1..=i64::MAX))
    }

    /// Takes away what is beyond the limit, and tells where to go on if there was anything (RFC 8288).
    pub fn next_page<T>(
        &self,
        path: &str,
        rows: &mut Vec<T>,
        limit: u32,
        id: impl Fn(&T) -> i64,
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
        let others = self.0.iter().filter(|(given, _)| given != name);
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair(name, value)
            .finish()
    }
}

fn characters(count: usize) -> String {
    match count {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    }
}

/// `Input should be 'one', 'another' or 'a third'`.
fn expected<T>(words: &[(&str, T)]) -> String {
    let quoted: Vec<String> = words.iter().map(|(word, _)| format!("'{word}'")).collect();
    match &quoted[..] {
        [before @ .., last] if !before.is_empty() => {
            format!("Input should be {} or {last}", before.join(", "))
        }
        _ => format!("Input should be {}", quoted.join("")),
    }
}
