//! The sales that the platform's ingestion has delivered.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use crate::{
    db::{
        Db,
        reading::{NAME_CHARS, Written, ZoneOffset, literal},
    },
    domain::by_marketplace,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// The newest day with sales, today at the latest.
    pub last_day: Option<NaiveDate>,
    /// Rows of the day asked about and later.
    pub records: i64,
}

/// On which days each marketplace sold something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesDays {
    /// By name, then by day.
    pub days: Vec<(String, NaiveDate)>,
    /// How many marketplaces are left out because there are more than can be.
    pub left_out: i64,
}

/// So many days of marketplaces are read: those of two thousand that sell every day. A table with more names has something
/// else in that column.
const SALES_DAYS_MAX: usize = 100_000;

pub async fn ingested_since(
    db: &Db,
    day: NaiveDate,
    today: NaiveDate,
    zone: Tz,
) -> sqlx::Result<Ingested> {
    let reading = db.reading("daily_sales").await?;
    let sql = format!(
        "SELECT (SELECT {written} FROM daily_sales
          WHERE {past} AND {written} <= {today} ORDER BY {sortable} DESC LIMIT 1),
         (SELECT COUNT(*) FROM (SELECT {written} AS day FROM daily_sales WHERE {about}) recent
          WHERE day >= {day} AND day <= {today})",
        written = reading.day("d", ZoneOffset::of(zone)),
        past = reading.about("d", NaiveDate::default(), today),
        sortable = reading.sortable("d"),
        about = reading.about("d", day, today),
        day = literal(day),
        today = literal(today),
    );
    let (last_day, records): (Option<String>, i64) =
        db.query(AssertSqlSafe(sql)).fetch_one().await?;
    Ok(Ingested {
        last_day: last_day.and_then(|day| day.parse().ok()),
        records,
    })
}

/// The days between these, both included, on which each marketplace sold something.
pub async fn sales_days(
    db: &Db,
    from: NaiveDate,
    to: NaiveDate,
    zone: Tz,
) -> sqlx::Result<SalesDays> {
    let (sales, articles) = (db.reading("daily_sales").await?, db.reading("sku").await?);
    // One version of the platform may count what another names.
    let same = if sales.comparable("sku_id", (&articles, "id")) {
        "articles.id = sales.sku_id"
    } else {
        "CAST(articles.id AS TEXT) = CAST(sales.sku_id AS TEXT)"
    };
    let sql = format!(
        "WITH articles AS MATERIALIZED (SELECT id, {name} AS name FROM sku),
         sold AS (SELECT articles.name AS name, sales.day AS day
             FROM (SELECT DISTINCT sku_id, {day} AS day FROM daily_sales WHERE {about}) sales
             JOIN articles ON {same}
             WHERE sales.day >= {from} AND sales.day <= {to} GROUP BY articles.name, sales.day) ",
        name = articles.text("marketplace", NAME_CHARS),
        day = sales.day("d", ZoneOffset::of(zone)),
        about = sales.about("d", from, to),
        from = literal(from),
        to = literal(to),
    );
    let first =
        format!("{sql} SELECT name, day FROM sold ORDER BY name, day LIMIT {SALES_DAYS_MAX}");
    let mut rows: Vec<SalesRow> = db.query(AssertSqlSafe(first)).fetch_all().await?;
    let mut left_out = 0;
    if rows.len() == SALES_DAYS_MAX {
        let count = format!("{sql} SELECT COUNT(DISTINCT name) FROM sold");
        let names: i64 = db.query(AssertSqlSafe(count)).fetch_value().await?;
        left_out = names - whole_names(&mut rows);
    }
    Ok(SalesDays {
        days: days_of_each(rows),
        left_out,
    })
}

/// A way to write a marketplace's name, and a day.
type SalesRow = (Option<Written>, String);

/// Takes away the last name, of which some days may be missing. How many are left.
fn whole_names(rows: &mut Vec<SalesRow>) -> i64 {
    let last = rows.last().map(|(name, _)| name.clone());
    rows.retain(|(name, _)| Some(name) != last.as_ref());
    let mut names: Vec<_> = rows.iter().map(|(name, _)| name).collect();
    names.dedup();
    i64::try_from(names.len()).unwrap_or(i64::MAX)
}

/// The days on which each marketplace did something.
fn days_of_each(rows: Vec<SalesRow>) -> Vec<(String, NaiveDate)> {
    let known = rows.into_iter().filter_map(|(name, day)| {
        let day: NaiveDate = day.parse().ok()?;
        Some((name.unwrap_or_default().0, day))
    });
    by_marketplace(known)
        .into_iter()
        .flat_map(|(name, mut days)| {
            days.sort_unstable();
            days.dedup();
            days.into_iter().map(move |day| (name.clone(), day))
        })
        .collect()
}
