//! Values of the platform that cannot be read as their columns' types.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{
    Db,
    reading::{Reading, WORD_CHARS, Written, ZoneOffset},
};

/// Counting stops here; the exact number does not matter.
pub const COUNTED: usize = 1_000;

/// How far back no detector looks.
const BACK: u64 = 40;

/// A table or view of the platform's, as far as a detector reads it.
pub struct Relation {
    pub name: &'static str,
    pub columns: &'static [Column],
}

/// A column that a detector reads.
pub struct Column {
    pub name: &'static str,
    pub holds: Holds,
    /// Another column of the row, by which an operator finds it.
    beside: &'static str,
    reach: Extent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Day,
    Moment,
    /// `NULL` while something lasts.
    End,
    Amount,
    Name,
    Flag,
    /// Any value can be read.
    Anything,
}

/// The rows that matter.
#[derive(Clone, Copy)]
enum Extent {
    /// All rows of a small table.
    All,
    /// A range of a large table, by the column's own order.
    Ordered,
    /// Rows of the last days, today included, by the day or moment in this column.
    Late(&'static str, u64),
}

impl Column {
    /// A column of a small table, of which every row is looked at. An operator finds the row by the column `beside`.
    pub const fn small(name: &'static str, holds: Holds, beside: &'static str) -> Self {
        Self {
            name,
            holds,
            beside,
            reach: Extent::All,
        }
    }

    /// The column by which a large table is read, newest first.
    pub const fn ordered(name: &'static str, holds: Holds, beside: &'static str) -> Self {
        Self {
            name,
            holds,
            beside,
            reach: Extent::Ordered,
        }
    }

    /// Another column of a large table, looked at in rows that are recent `by` the column that orders them.
    pub const fn recent(
        name: &'static str,
        holds: Holds,
        beside: &'static str,
        by: &'static str,
    ) -> Self {
        Self::of_days(BACK, name, holds, beside, by)
    }

    /// The same where so many days are read, today included.
    pub const fn of_days(
        days: u64,
        name: &'static str,
        holds: Holds,
        beside: &'static str,
        by: &'static str,
    ) -> Self {
        Self {
            name,
            holds,
            beside,
            reach: Extent::Late(by, days),
        }
    }

    /// A column whose values need not be looked at.
    pub const fn anything(name: &'static str) -> Self {
        Self::small(name, Holds::Anything, name)
    }
}

/// The unreadable values of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub table: String,
    pub column: &'static str,
    /// [`COUNTED`] at most.
    pub rows: usize,
    /// One of them.
    pub first: Value,
}

/// A value, and that of the column by which its row is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub text: Option<String>,
    pub beside: &'static str,
    pub beside_text: Option<String>,
}

impl Db {
    /// The values of a table that cannot be read; of a large one the recent ones, and those that have no place in time.
    pub async fn unreadable(
        &self,
        table: &str,
        columns: &[&Column],
        today: NaiveDate,
        zone: Tz,
    ) -> sqlx::Result<Vec<Unreadable>> {
        let reading = self.reading(table).await?;
        let mut found = Vec::new();
        for column in columns {
            let Some(broken) = column.broken(&reading, zone) else {
                continue;
            };
            let value = reading.text(column.name, WORD_CHARS);
            let beside = reading.text(column.beside, WORD_CHARS);
            let parts = column.within(table, &reading, today, &broken);
            let parts = parts
                .iter()
                .map(|part| format!("SELECT {value}, {beside} FROM {table} WHERE {part}"));
            let parts = parts.collect::<Vec<_>>().join(" UNION ALL ");
            let sql = format!("{parts} LIMIT {COUNTED}");
            let rows = self.query(AssertSqlSafe(sql)).once().fetch_all().await?;
            found.extend(column.of(table, rows));
        }
        Ok(found)
    }
}

impl Column {
    /// The conditions of rows within reach that are `broken`. Each row meets one of them at most.
    fn within(
        &self,
        table: &str,
        reading: &Reading,
        today: NaiveDate,
        broken: &str,
    ) -> Vec<String> {
        let name = self.name;
        match self.reach {
            Extent::All => vec![broken.to_owned()],
            Extent::Ordered => {
                let ranges = reading.out_of_order(name, today - Days::new(BACK));
                let missing = format!("{name} IS NULL AND {broken}");
                vec![missing, reading.any_of(table, name, &ranges, broken)]
            }
            Extent::Late(column, days) => {
                let recent = reading.since(column, today - Days::new(days));
                vec![format!("{recent} AND {broken}")]
            }
        }
    }

    /// The condition of rows that cannot be read; `None` if every row can.
    fn broken(&self, reading: &Reading, zone: Tz) -> Option<String> {
        let name = self.name;
        Some(match self.holds {
            Holds::Day => format!("{} IS NULL", reading.day(name, ZoneOffset::of(zone))),
            Holds::Moment => format!("({name} IS NULL OR NOT {})", reading.is_moment(name)),
            Holds::End => format!("({name} IS NOT NULL AND NOT {})", reading.is_moment(name)),
            Holds::Amount => format!("{} IS NULL", reading.figure(name)),
            Holds::Name => reading.is_nameless(name),
            Holds::Flag => format!("({name} IS NOT NULL AND {} IS NULL)", reading.flag(name)),
            Holds::Anything => return None,
        })
    }

    fn of(&self, table: &str, rows: Vec<(Option<Written>, Option<Written>)>) -> Option<Unreadable> {
        let count = rows.len();
        let (value, beside) = rows.into_iter().next()?;
        Some(Unreadable {
            table: table.to_owned(),
            column: self.name,
            rows: count,
            first: Value {
                text: value.map(|text| text.0),
                beside: self.beside,
                beside_text: beside.map(|text| text.0),
            },
        })
    }
}
