//! The parameters of a query: what it may ask about the day and the time. Their values are bound, never part of its text.

use std::str::FromStr;

use chrono::{Days, NaiveDate};

use super::super::{Calendar, Timestamp};

/// As far back as a year and a day.
pub const DAYS_AGO_MAX: u64 = 366;
const DAYS_AGO: &str = "days_ago_";
const NAMES: [(&str, Parameter); 4] = [
    ("today", Parameter::Today),
    ("yesterday", Parameter::DaysAgo(1)),
    ("due_day", Parameter::DueDay),
    ("now", Parameter::Now),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The platform's day.
    Today,
    DaysAgo(u64),
    /// The newest day whose sales are due.
    DueDay,
    /// The time in UTC, as the platform writes it.
    Now,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    Day(NaiveDate),
    Moment(Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are :today, :yesterday, :due_day, :now and :days_ago_1 to :days_ago_{DAYS_AGO_MAX}")]
pub struct UnknownParameter;

impl Parameter {
    /// The names, for a reader who looks for the nearest one.
    pub fn names() -> Vec<String> {
        let days = (1..=DAYS_AGO_MAX).map(|days| format!("{DAYS_AGO}{days}"));
        let named = NAMES.iter().map(|(name, _)| (*name).to_owned());
        named.chain(days).collect()
    }

    pub fn value(self, calendar: Calendar, now: Timestamp) -> ParameterValue {
        let today = calendar.today(now);
        ParameterValue::Day(match self {
            Self::Now => return ParameterValue::Moment(now),
            Self::Today => today,
            Self::DaysAgo(days) => today - Days::new(days),
            Self::DueDay => calendar.last_due_day(now),
        })
    }
}

impl FromStr for Parameter {
    type Err = UnknownParameter;

    fn from_str(name: &str) -> Result<Self, UnknownParameter> {
        if let Some((_, parameter)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(*parameter);
        }
        let days = name.strip_prefix(DAYS_AGO).ok_or(UnknownParameter)?;
        let plain = days.bytes().all(|byte| byte.is_ascii_digit()) && !days.starts_with('0');
        match days.parse() {
            Ok(days @ 1..=DAYS_AGO_MAX) if plain => Ok(Self::DaysAgo(days)),
            _ => Err(UnknownParameter),
        }
    }
}
