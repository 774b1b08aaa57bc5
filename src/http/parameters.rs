//! Query parameters: how each kind is parsed and described.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use super::invalid_parameter::{InvalidParameter, integer};
use crate::domain::{Act, Severity, Timestamp};

/// The range of both databases: `SQLite` sorts timestamps as texts, which needs four digits and no sign.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// The parsed value of a parameter.
pub trait Value: ToSchema + Sized {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter>;
}

/// A required or optional parameter.
pub trait Parameter: Sized {
    fn read(name: &'static str, given: Option<&str>) -> Result<Self, InvalidParameter>;
}

impl<T: Value> Parameter for T {
    fn read(name: &'static str, given: Option<&str>) -> Result<Self, InvalidParameter> {
        let text = given.ok_or_else(|| InvalidParameter::new(name, "missing", "Field required"))?;
        T::parse(name, text)
    }
}

impl<T: Value> Parameter for Option<T> {
    fn read(name: &'static str, given: Option<&str>) -> Result<Self, InvalidParameter> {
        given.map(|text| T::parse(name, text)).transpose()
    }
}

/// How many rows a page has at most.
pub struct Limit(pub u32);

impl Limit {
    const RANGE: RangeInclusive<u32> = 1..=500;

    /// One row more than asked for, which tells whether there is another page.
    pub fn and_one(&self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl Value for Limit {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        integer(name, text, &Self::RANGE).map(Self)
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        whole()
            .minimum(Some(*Self::RANGE.start()))
            .maximum(Some(*Self::RANGE.end()))
            .default(Some(json!(Self::default().0)))
            .into()
    }
}

impl ToSchema for Limit {}

/// The id of the last row of the previous page.
pub struct RowId(pub i64);

impl RowId {
    const FIRST: i64 = 1;
}

impl Value for RowId {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        integer(name, text, &(Self::FIRST..=i64::MAX)).map(Self)
    }
}

impl PartialSchema for RowId {
    fn schema() -> RefOr<Schema> {
        whole().minimum(Some(Self::FIRST)).into()
    }
}

impl ToSchema for RowId {}

impl From<RowId> for i64 {
    fn from(RowId(id): RowId) -> Self {
        id
    }
}

/// A day of the calendar.
pub struct Day(pub NaiveDate);

impl Value for Day {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        let date: Option<NaiveDate> = text.trim().parse().ok();
        let date = date.filter(|date| YEARS.contains(&date.year()));
        date.map(Self).ok_or_else(|| {
            InvalidParameter::new(
                name,
                "date_from_datetime_parsing",
                "Input should be a valid date or datetime, expected YYYY-MM-DD",
            )
        })
    }
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .into()
    }
}

impl ToSchema for Day {}

/// ISO 8601 in UTC. An offset is rejected rather than converted, because no answer of this API has one.
pub struct Moment(pub Timestamp);

impl Moment {
    /// The format `date-time` would require an offset.
    const PATTERN: &str =
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$";
}

impl Value for Moment {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        let text = text.trim();
        let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"));
        let moment = moment.ok().filter(|moment| YEARS.contains(&moment.year()));
        let moment = moment.map(|moment| Self(Timestamp::from_naive_utc(moment)));
        moment.ok_or_else(|| {
            InvalidParameter::new(
                name,
                "datetime_parsing",
                "Input should be a valid datetime in UTC without an offset, expected YYYY-MM-DDTHH:MM:SS",
            )
        })
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        string().pattern(Some(Self::PATTERN)).into()
    }
}

impl ToSchema for Moment {}

impl From<Moment> for Timestamp {
    fn from(Moment(at): Moment) -> Self {
        at
    }
}

/// False by default.
#[derive(Default)]
pub struct Flag(pub bool);

impl Value for Flag {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Ok(Self(true)),
            "false" | "f" | "no" | "n" | "off" | "0" => Ok(Self(false)),
            _ => Err(InvalidParameter::new(
                name,
                "bool_parsing",
                "Input should be a valid boolean, unable to interpret input",
            )),
        }
    }
}

impl PartialSchema for Flag {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Boolean)
            .default(Some(json!(false)))
            .into()
    }
}

impl ToSchema for Flag {}

impl Value for Severity {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        let words = Self::ALL.map(Self::as_str);
        text.parse()
            .map_err(|_| InvalidParameter::word(name, &words))
    }
}

impl Value for Act {
    fn parse(name: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        let words = Self::ALL.map(Self::as_str);
        text.parse()
            .map_err(|_| InvalidParameter::word(name, &words))
    }
}

pub fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub fn whole() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}
