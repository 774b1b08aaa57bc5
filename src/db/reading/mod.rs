//! Reads the platform's columns, whatever they contain.
//!
//! `SQLite` keeps any value in any column, and on `PostgreSQL` versions of the platform differ in their types. So what is
//! read is an expression that is `NULL` where a value cannot be read, and no value fails a query. Comparisons are made
//! on the column itself where it sorts as days do, so that an index serves them; their bounds are literals, which each
//! type reads as its own.

mod postgres;
mod sqlite;
mod written;

use std::collections::HashMap;

use chrono::{Days, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

use self::postgres::Kind;
pub(crate) use self::written::Written;
pub use self::written::WrittenMoment;
use super::Db;
use crate::domain::Timestamp;

/// The longest name that is read of a marketplace or a job, in characters. More is no name.
pub(crate) const NAME_CHARS: usize = 100;
/// How much of a word is read of which there are few, such as a status.
pub(crate) const WORD_CHARS: usize = 40;
/// Longer than any way to write a moment.
const MOMENT_CHARS: usize = 40;
/// A figure of money from here on is a mistake, and sums of such would be no longer exact.
const FIGURE_BELOW: &str = "1e13";
/// Days before and from these on are placeholders or mistakes.
const FIRST_DAY: &str = "1900-01-01";
const AFTER_LAST_DAY: &str = "3000-01-01";

/// One of the platform's tables or views.
pub(crate) enum Reading {
    Sqlite,
    Postgres(HashMap<String, Kind>),
}

/// Reads a moment with an offset as a day: that of the platform's zone.
#[derive(Clone, Copy)]
pub(crate) struct ZoneOffset {
    minutes: i32,
}

impl ZoneOffset {
    /// Moves a midnight of any time zone to its own day.
    pub const NEAREST_MIDNIGHT: Self = Self {
        minutes: 12 * 60 - 1,
    };

    /// The larger one of the year, so that midnight is in its day all year.
    pub fn of(zone: Tz) -> Self {
        let of_month = |month| {
            let day = NaiveDate::from_ymd_opt(2025, month, 1).unwrap_or_default();
            zone.offset_from_utc_date(&day).fix().local_minus_utc() / 60
        };
        Self {
            minutes: of_month(1).max(of_month(7)),
        }
    }
}

impl Db {
    pub(crate) async fn reading(&self, relation: &str) -> sqlx::Result<Reading> {
        Ok(match self {
            Self::Sqlite(..) => Reading::Sqlite,
            Self::Postgres(..) => Reading::Postgres(
                self.column_types(relation)
                    .await?
                    .into_iter()
                    .map(|(column, name)| (column, Kind::of(&name)))
                    .collect(),
            ),
        })
    }
}

impl Reading {
    /// A missing column is read as text; the query then reports it.
    fn kind(&self, column: &str) -> Kind {
        match self {
            Self::Sqlite => Kind::Other,
            Self::Postgres(kinds) => kinds.get(column).copied().unwrap_or(Kind::Text),
        }
    }

    /// Tells if the column has no other values than days.
    pub fn is_date(&self, column: &str) -> bool {
        self.kind(column) == Kind::Day
    }

    /// The beginning of a value's text.
    pub fn text(&self, column: &str, chars: usize) -> String {
        match self {
            Self::Sqlite => format!("CAST(SUBSTR({column}, 1, {chars}) AS TEXT)"),
            Self::Postgres(_) => format!("SUBSTR(CAST({column} AS TEXT), 1, {chars})"),
        }
    }

    /// The day as text.
    pub fn day(&self, column: &str, zone: ZoneOffset) -> String {
        match self {
            Self::Sqlite => sqlite::day(column, zone),
            Self::Postgres(_) => postgres::day(column, self.kind(column), zone),
        }
    }

    /// The text of a moment, which [`moment`] reads.
    pub fn moment(&self, column: &str) -> String {
        self.text(column, MOMENT_CHARS)
    }

    /// Tells if the moment can be read.
    pub fn is_moment(&self, column: &str) -> String {
        match self {
            Self::Sqlite => sqlite::is_moment(column),
            Self::Postgres(_) => postgres::is_moment(column, self.kind(column)),
        }
    }

    /// The amount as a number.
    pub fn figure(&self, column: &str) -> String {
        match self {
            Self::Sqlite => sqlite::figure(column),
            Self::Postgres(_) => postgres::figure(column, self.kind(column)),
        }
    }

    /// 1 where the flag is set, 0 where it is not.
    pub fn flag(&self, column: &str) -> String {
        let text = self.text(column, WORD_CHARS);
        let word = format!("LOWER(TRIM({text}))");
        let figure = self.figure(column);
        format!(
            "CASE WHEN {word} IN ('true', 't', 'yes', 'y') THEN 1 WHEN {word} IN ('false', 'f', 'no', 'n') THEN 0
                WHEN {figure} <> 0 THEN 1 WHEN {figure} = 0 THEN 0 END"
        )
    }

    /// Tells if there is no name in it. Binary data is read as text where it is such, and is no name all the same.
    pub fn is_nameless(&self, column: &str) -> String {
        let blank = format!("TRIM({}) = ''", self.text(column, NAME_CHARS));
        match self {
            Self::Sqlite => format!("({column} IS NULL OR typeof({column}) = 'blob' OR {blank})"),
            Self::Postgres(_) => format!("({column} IS NULL OR {blank})"),
        }
    }

    /// An expression that sorts by time.
    pub fn sortable(&self, column: &str) -> String {
        match (self, self.kind(column)) {
            (Self::Sqlite, _) | (_, Kind::Day | Kind::Moment | Kind::Zoned) => column.to_owned(),
            _ => format!("CAST({column} AS TEXT) COLLATE \"C\""),
        }
    }

    /// Tells if the value is, or may be, within these days, inclusive. Every notation is less than a day off.
    pub fn about(&self, column: &str, from: NaiveDate, to: NaiveDate) -> String {
        let sortable = self.sortable(column);
        let (from, to) = (literal(from - Days::new(1)), literal(to + Days::new(2)));
        format!("({sortable} >= {from} AND {sortable} < {to})")
    }

    /// Tells if the value is of that day or a later one, or may be.
    pub fn since(&self, column: &str, day: NaiveDate) -> String {
        let from = literal(day - Days::new(1));
        format!("{} >= {from}", self.sortable(column))
    }

    /// The ranges of values that sort outside the readable ones, or after that day. An index serves each.
    pub fn out_of_order(&self, column: &str, since: NaiveDate) -> Vec<String> {
        match (self, self.kind(column)) {
            // Numbers sort before all text. Text is unreadable if it does not begin like a year.
            (Self::Sqlite, _) => vec![
                format!("{column} < '1900-'"),
                format!("{column} > '1999-9' AND {column} < '2000-'"),
                self.since(column, since),
            ],
            (_, Kind::Day | Kind::Moment | Kind::Zoned) => vec![
                format!("{column} < '{FIRST_DAY}'"),
                format!("{column} >= '{AFTER_LAST_DAY}'"),
            ],
            _ => vec!["TRUE".to_owned()],
        }
    }

    /// Tells if the value is in one of these ranges, and as the condition says. `SQLite` judges each value once: most rows
    /// share theirs, and the index has them in order.
    pub fn any_of(&self, table: &str, column: &str, ranges: &[String], condition: &str) -> String {
        match self {
            Self::Sqlite => {
                let values: Vec<_> = ranges
                    .iter()
                    .map(|range| format!("SELECT DISTINCT {column} FROM {table} WHERE {range}"))
                    .collect();
                let values = values.join(" UNION ");
                format!("{column} IN (SELECT {column} FROM ({values}) written WHERE {condition})")
            }
            Self::Postgres(_) => format!(
                "{column} IS NOT NULL AND (({})) AND {condition}",
                ranges.join(") OR (")
            ),
        }
    }

    /// Tells if the column's text is `$1`.
    pub fn is_text(&self, column: &str) -> String {
        match (self, self.kind(column)) {
            (Self::Sqlite, _) | (_, Kind::Text) => column.to_owned(),
            _ => format!("CAST({column} AS TEXT)"),
        }
    }

    /// Both columns in a form in which they can be compared.
    pub fn comparable(&self, column: &str, other: (&Self, &str)) -> bool {
        match (self, other.0) {
            (Self::Postgres(own), Self::Postgres(others)) => own.get(column) == others.get(other.1),
            _ => true,
        }
    }
}

/// A day as every type of column reads it.
pub(crate) fn literal(day: NaiveDate) -> String {
    format!("'{day}'")
}

/// A moment in a text column.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}
