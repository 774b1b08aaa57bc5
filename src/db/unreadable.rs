//! Values of the platform that cannot be read as their columns' types.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{
    Db,
    reading::{Reading, WORD_CHARS, Written, ZoneOffset},
};

/// Counting stops here; the exact number does not matter.
pub const COUNTED: usize = 1_000;

/// A column that detectors read.
pub struct Column {
    pub table: &'static str,
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
}

/// The rows that matter.
#[derive(Clone, Copy)]
enum Extent {
    /// All rows of a small table.
    All,
    /// A range of a large table, by the column's own order.
    Ordered,
    /// Rows with a recent day or moment in this column.
    Late(&'static str),
}

macro_rules! columns {
    ($($table:literal { $($name:literal $holds:ident $beside:literal $reach:expr;)* })*) => {
        &[$($(Column {
            table: $table,
            name: $name,
            holds: Holds::$holds,
            beside: $beside,
            reach: $reach,
        },)*)*]
    };
}

pub const PLATFORM: &[Column] = columns! {
    "daily_sales" {
        "d" Day "sku_id" Extent::Ordered;
    }
    "sku" {
        "marketplace" Name "id" Extent::All;
    }
    "cashflow_daily" {
        "d" Day "marketplace" Extent::All;
        "marketplace" Name "d" Extent::All;
        "net" Amount "d" Extent::All;
    }
    "vw_commission_recon" {
        "d" Day "sku_id" Extent::Late("d");
        "flag_outlier" Flag "d" Extent::Late("d");
    }
    "job_runs" {
        "job_name" Name "started_at" Extent::Late("started_at");
        "started_at" Moment "job_name" Extent::Ordered;
        "finished_at" End "job_name" Extent::Late("started_at");
    }
};

/// The unreadable values of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub table: &'static str,
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
    /// The values of a table that cannot be read; of a large one those since that day, and those that have no place in
    /// time.
    pub async fn unreadable(
        &self,
        table: &str,
        since: NaiveDate,
        zone: Tz,
    ) -> sqlx::Result<Vec<Unreadable>> {
        let reading = self.reading(table).await?;
        let mut found = Vec::new();
        for column in PLATFORM.iter().filter(|column| column.table == table) {
            let rows = self.unreadable_in(&reading, column, since, zone).await?;
            found.extend(column.of(rows));
        }
        Ok(found)
    }

    async fn unreadable_in(
        &self,
        reading: &Reading,
        column: &Column,
        since: NaiveDate,
        zone: Tz,
    ) -> sqlx::Result<Vec<(Option<Written>, Option<Written>)>> {
        let Column {
            table,
            name,
            beside,
            ..
        } = column;
        let sql = format!(
            "SELECT {value}, {beside} FROM {table} WHERE {reach} AND {broken} LIMIT {COUNTED}",
            value = reading.text(name, WORD_CHARS),
            beside = reading.text(beside, WORD_CHARS),
            reach = column.within(reading, since),
            broken = column.broken(reading, zone),
        );
        self.query(AssertSqlSafe(sql)).fetch_all().await
    }
}

impl Column {
    fn within(&self, reading: &Reading, since: NaiveDate) -> String {
        match self.reach {
            Extent::All => "1 = 1".to_owned(),
            Extent::Ordered => reading.out_of_order(self.name, since),
            Extent::Late(column) => reading.since(column, since),
        }
    }

    /// The condition of rows that cannot be read.
    fn broken(&self, reading: &Reading, zone: Tz) -> String {
        let name = self.name;
        match self.holds {
            Holds::Day => format!("{} IS NULL", reading.day(name, ZoneOffset::of(zone))),
            Holds::Moment => format!("({name} IS NULL OR NOT {})", reading.is_moment(name)),
            Holds::End => format!("({name} IS NOT NULL AND NOT {})", reading.is_moment(name)),
            Holds::Amount => format!("{} IS NULL", reading.figure(name)),
            Holds::Name => reading.is_nameless(name),
            Holds::Flag => format!("({name} IS NOT NULL AND {} IS NULL)", reading.flag(name)),
        }
    }

    fn of(&self, rows: Vec<(Option<Written>, Option<Written>)>) -> Option<Unreadable> {
        let count = rows.len();
        let (value, beside) = rows.into_iter().next()?;
        Some(Unreadable {
            table: self.table,
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
