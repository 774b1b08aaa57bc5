//! A moment in UTC, to the microsecond, written the way the platform writes its own.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, SubsecRound, Utc};

/// The platform's text form in `SQLite`: fixed width, so that text order is time order.
const STORED: &str = "%Y-%m-%d %H:%M:%S%.6f";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NaiveDateTime);

impl Timestamp {
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self::from_naive_utc(moment.naive_utc())
    }

    /// Truncates to microseconds, which both databases keep.
    pub fn from_naive_utc(moment: NaiveDateTime) -> Self {
        Self(moment.trunc_subsecs(6))
    }

    pub fn naive_utc(self) -> NaiveDateTime {
        self.0
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// The time since `earlier`; never negative, so that a clock set back reads as "just now".
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).max(Duration::zero())
    }

    /// ISO 8601 without an offset, the form of every timestamp in the REST answers.
    pub fn iso(self) -> String {
        self.0.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
    }
}

/// Saturates at the first and last representable moment.
impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        let end = if duration < Duration::zero() {
            NaiveDateTime::MIN
        } else {
            NaiveDateTime::MAX
        };
        Self::from_naive_utc(self.0.checked_add_signed(duration).unwrap_or(end))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        self + -duration
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(STORED))
    }
}

impl FromStr for Timestamp {
    type Err = chrono::ParseError;

    /// Reads every form that writers of the platform have used: with a space or a `T`, with or without seconds, a
    /// fraction or an offset, and a bare date.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(with_offset) = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z"))
        {
            return Ok(Self::new(with_offset.to_utc()));
        }
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f"))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
            .or_else(|error| {
                NaiveDate::parse_from_str(text, "%Y-%m-%d")
                    .map(|day| day.and_time(chrono::NaiveTime::MIN))
                    .map_err(|_| error)
            })
            .map(Self::from_naive_utc)
    }
}
