//! The sales of each day.

mod query;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use self::query::SalesQuery;
use super::{
    Kept,
    kept_days::{ByDay, KeptDays, Names, Range, Series},
};
use crate::{
    db::{
        Db,
        reading::{Written, ZoneOffset, literal},
    },
    domain::{Money, by_marketplace},
};

const TABLE: &str = "daily_sales";
const ARTICLES: &str = "sku";
/// So many figures are read at once: those of two thousand marketplaces that sell every day for seven weeks. A table with
/// more names has something else in that column.
const FIGURES_MAX: usize = 100_000;
/// Older sales are mistakes.
const DAYS_BACK: u64 = 10 * 366;

/// The sales of a marketplace's category on one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sales {
    /// As the platform writes it. `None` where it knows no such article.
    pub marketplace: Option<Arc<str>>,
    /// `None` where the article has none, and where there are too many to tell apart.
    pub category: Option<Arc<str>>,
    /// In the platform's table.
    pub rows: i64,
    /// The number of different articles in these rows.
    pub articles: i64,
    pub units: i64,
    pub refunded_units: i64,
    pub revenue: Money,
    pub refunds: Money,
    pub promo_cost: Money,
    pub delivery_cost: Money,
    pub commission: Money,
}

/// The columns that are added up. A version of the platform may lack some.
const SUMS: [&str; 7] = [
    "qty",
    "refunds_qty",
    "revenue_gross",
    "refunds_amount",
    "promo_cost",
    "delivery_cost",
    "commission_amount",
];

/// A row of the query; `known` is 1 if the platform knows the article.
#[derive(sqlx::FromRow)]
struct Row {
    day: String,
    known: i64,
    marketplace: Option<Written>,
    category: Option<Written>,
    records: i64,
    articles: i64,
    qty: f64,
    refunds_qty: f64,
    revenue_gross: f64,
    refunds_amount: f64,
    promo_cost: f64,
    delivery_cost: f64,
    commission_amount: f64,
}

impl Series for Sales {
    async fn count(db: &Db, days: Range, zone: Tz) -> sqlx::Result<ByDay<Self>> {
        let Some(query) = SalesQuery::of(db, days, zone).await? else {
            return Ok(ByDay::default());
        };
        let by_category = AssertSqlSafe(query.by_category());
        let mut rows: Vec<Row> = db.query(by_category).once().fetch_all().await?;
        if rows.len() == FIGURES_MAX && query.has_categories() {
            // Categories without end must not crowd out a marketplace.
            let by_marketplace = AssertSqlSafe(query.by_marketplace());
            rows = db.query(by_marketplace).once().fetch_all().await?;
        }
        if rows.len() < FIGURES_MAX {
            return Ok(read(rows));
        }
        let marketplaces = query.marketplaces();
        let all: i64 = db
            .query(AssertSqlSafe(marketplaces))
            .once()
            .fetch_value()
            .await?;
        let left_out = all - whole_marketplaces(&mut rows);
        let mut sales = with_the_rest(&read(rows), rows_by_day(db, days, zone).await?);
        sales.left_out = left_out;
        Ok(sales)
    }

    fn kept(kept: &mut Kept) -> &mut KeptDays<Self> {
        &mut kept.sales
    }

    fn rows(&self) -> i64 {
        self.rows
    }
}

impl ByDay<Sales> {
    /// The newest day with sales.
    pub fn newest(&self) -> Option<NaiveDate> {
        self.figures().map(|(day, _)| day).last()
    }

    /// The rows of this day and later ones.
    pub fn rows_since(&self, first: NaiveDate) -> i64 {
        let since = self.figures().filter(|(day, _)| *day >= first);
        since.map(|(_, sales)| sales.rows).sum()
    }

    /// The days on which each marketplace sold something, by name, then by day.
    pub fn selling_days(&self) -> Vec<(String, NaiveDate)> {
        let sold = self.figures().filter_map(|(day, sales)| {
            let marketplace = sales.marketplace.as_ref()?;
            Some((marketplace.to_string(), day))
        });
        let by_marketplace = by_marketplace(sold).into_iter();
        let days = by_marketplace.flat_map(|(name, mut days)| {
            days.sort_unstable();
            days.dedup();
            days.into_iter().map(move |day| (name.clone(), day))
        });
        days.collect()
    }
}

fn read(rows: Vec<Row>) -> ByDay<Sales> {
    let mut names = Names::default();
    let read = rows.into_iter().filter_map(|row| {
        let sales = Sales {
            // An article without a marketplace is one of a nameless marketplace.
            marketplace: (row.known == 1)
                .then(|| names.share(Some(row.marketplace.unwrap_or_default())))
                .flatten(),
            category: names.share(row.category),
            rows: row.records,
            articles: row.articles,
            units: whole(row.qty),
            refunded_units: whole(row.refunds_qty),
            revenue: roubles(row.revenue_gross),
            refunds: roubles(row.refunds_amount),
            promo_cost: roubles(row.promo_cost),
            delivery_cost: roubles(row.delivery_cost),
            commission: roubles(row.commission_amount),
        };
        Some((row.day.parse().ok()?, sales))
    });
    read.collect()
}

fn roubles(sum: f64) -> Money {
    Money::from_float(sum * 100.0)
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
fn whole(sum: f64) -> i64 {
    sum.round() as i64
}

/// The rows of each day that has any, counted by the index.
pub async fn rows_by_day(
    db: &Db,
    (from, to): Range,
    zone: Tz,
) -> sqlx::Result<BTreeMap<NaiveDate, i64>> {
    if !db.column_types(TABLE).await?.contains_key("d") {
        return Ok(BTreeMap::new());
    }
    let reading = db.reading(TABLE).await?;
    let sql = format!(
        "SELECT day, CAST(SUM(counted) AS BIGINT) FROM (SELECT {day} AS day, counted
             FROM (SELECT d, COUNT(*) AS counted FROM {TABLE} WHERE {about} GROUP BY d) written) known
         WHERE day >= {from} AND day <= {to} GROUP BY day",
        day = reading.day("d", ZoneOffset::of(zone)),
        about = reading.about("d", from, to),
        from = literal(from),
        to = literal(to),
    );
    let rows: Vec<(String, i64)> = db.query(AssertSqlSafe(sql)).once().fetch_all().await?;
    let read = rows
        .into_iter()
        .filter_map(|(day, rows)| Some((day.parse().ok()?, rows)));
    Ok(read.collect())
}

/// The newest day with sales, of all days up to this one.
pub async fn newest_day(db: &Db, to: NaiveDate, zone: Tz) -> sqlx::Result<Option<NaiveDate>> {
    outermost_day(db, (NaiveDate::default(), to), zone, "DESC").await
}

/// The first day with sales.
pub async fn oldest_day(db: &Db, to: NaiveDate, zone: Tz) -> sqlx::Result<Option<NaiveDate>> {
    outermost_day(db, (first_day(to), to), zone, "ASC").await
}

/// The first of these days in that order that has sales; an index finds it.
async fn outermost_day(
    db: &Db,
    (from, to): Range,
    zone: Tz,
    order: &str,
) -> sqlx::Result<Option<NaiveDate>> {
    if !db.column_types(TABLE).await?.contains_key("d") {
        return Ok(None);
    }
    let reading = db.reading(TABLE).await?;
    let sql = format!(
        "SELECT {day} FROM {TABLE} WHERE {past} AND {day} >= {from} AND {day} <= {to}
         ORDER BY {sortable} {order} LIMIT 1",
        day = reading.day("d", ZoneOffset::of(zone)),
        past = reading.about("d", from, to),
        sortable = reading.sortable("d"),
        from = literal(from),
        to = literal(to),
    );
    let day: Option<String> = db
        .query(AssertSqlSafe(sql))
        .once()
        .fetch_optional_value()
        .await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// The first day that is looked at.
pub fn first_day(today: NaiveDate) -> NaiveDate {
    today - Days::new(DAYS_BACK)
}

/// Takes away the last marketplace, of which some days may be missing. How many are left.
fn whole_marketplaces(rows: &mut Vec<Row>) -> i64 {
    let last = rows.last().map(|row| row.marketplace.clone());
    rows.retain(|row| Some(&row.marketplace) != last.as_ref());
    let mut names: Vec<_> = rows.iter().map(|row| &row.marketplace).collect();
    names.dedup();
    i64::try_from(names.len()).unwrap_or(i64::MAX)
}

/// Adds the rows of the marketplaces that are left out.
fn with_the_rest(sales: &ByDay<Sales>, rows: BTreeMap<NaiveDate, i64>) -> ByDay<Sales> {
    let mut left: BTreeMap<NaiveDate, i64> = rows;
    let figures: Vec<_> = sales
        .figures()
        .map(|(day, sales)| (day, sales.clone()))
        .collect();
    for (day, sales) in &figures {
        if let Some(left) = left.get_mut(day) {
            *left -= sales.rows;
        }
    }
    let left = left.into_iter().filter(|(_, rows)| *rows > 0);
    let left = left.map(|(day, rows)| {
        (
            day,
            Sales {
                rows,
                ..Sales::default()
            },
        )
    });
    figures.into_iter().chain(left).collect()
}
