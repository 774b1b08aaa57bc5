//! The commissions of each day, as far as the platform knows what was agreed.

use std::sync::Arc;

use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{
    Kept,
    kept_days::{ByDay, KeptDays, Names, Range, Series},
};
use crate::db::{
    Db,
    reading::{NAME_CHARS, Reading, Written, ZoneOffset, literal},
};

const VIEW: &str = "vw_commission_recon";
/// A view with more names has something else in that column: then they are told together.
const FIGURES_MAX: usize = 10_000;

const NOTHING: &str = "CAST(NULL AS TEXT)";

/// A day, a marketplace, its rows and outliers.
type Row = (String, Option<Written>, i64, i64);

/// The commissions of a marketplace's sales on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Commissions {
    /// As the platform writes it.
    pub marketplace: Option<Arc<str>>,
    pub rows: i64,
    /// The rows whose commission is not as agreed.
    pub outliers: i64,
}

impl Series for Commissions {
    async fn count(db: &Db, (from, to): Range, zone: Tz) -> sqlx::Result<ByDay<Self>> {
        let columns = db.column_types(VIEW).await?;
        if !columns.contains_key("d") {
            return Ok(ByDay::default());
        }
        let reading = db.reading(VIEW).await?;
        let name = if columns.contains_key("marketplace") {
            reading.text("marketplace", NAME_CHARS)
        } else {
            NOTHING.to_owned()
        };
        let each = sql(&reading, &name, (from, to), zone);
        let mut rows: Vec<Row> = db.query(AssertSqlSafe(each)).once().fetch_all().await?;
        if rows.len() == FIGURES_MAX {
            let together = sql(&reading, NOTHING, (from, to), zone);
            rows = db.query(AssertSqlSafe(together)).once().fetch_all().await?;
        }
        let mut names = Names::default();
        let read = rows.into_iter().filter_map(|(day, name, rows, outliers)| {
            let commissions = Self {
                marketplace: names.share(name),
                rows,
                outliers,
            };
            Some((day.parse().ok()?, commissions))
        });
        Ok(read.collect())
    }

    fn kept(kept: &mut Kept) -> &mut KeptDays<Self> {
        &mut kept.commissions
    }

    fn rows(&self) -> i64 {
        self.rows
    }
}

/// The marketplaces' names are read by the expression `name`.
fn sql(reading: &Reading, name: &str, (from, to): Range, zone: Tz) -> String {
    format!(
        "SELECT day, name, COUNT(*), CAST(COALESCE(SUM(flag), 0) AS BIGINT)
         FROM (SELECT {day} AS day, {name} AS name, {flag} AS flag FROM {VIEW} WHERE {about}) known
         WHERE day >= {from} AND day <= {to} GROUP BY day, name LIMIT {FIGURES_MAX}",
        day = reading.day("d", ZoneOffset::of(zone)),
        flag = reading.flag("flag_outlier"),
        about = reading.about("d", from, to),
        from = literal(from),
        to = literal(to),
    )
}
