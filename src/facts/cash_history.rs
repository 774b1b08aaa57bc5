//! Cash balances over a range of days.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use crate::{
    db::{
        Db,
        reading::{NAME_CHARS, Written, ZoneOffset, literal},
    },
    domain::{Money, by_marketplace},
};

/// The balance of each marketplace at the end of each day, from the first to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashHistory {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// `None` before the first row there is; a day without a row has the balance of the day before.
    pub marketplaces: BTreeMap<String, Vec<Option<Money>>>,
}

impl CashHistory {
    /// All marketplaces together.
    pub fn total(&self) -> Vec<Option<Money>> {
        let days = self.marketplaces.values().map(Vec::len).max().unwrap_or(0);
        (0..days)
            .map(|day| {
                let known = self.marketplaces.values().filter_map(|days| days[day]);
                known.reduce(|sum, balance| sum + balance)
            })
            .collect()
    }
}

/// So many changes are read: those of three hundred marketplaces over three months. A table with more names has something
/// else in that column.
const CHANGES_MAX: usize = 30_000;

/// A day (`None` stands for all days before the first), and that day's change in kopecks.
type Change = (Option<NaiveDate>, f64);
/// The same as stored, with the marketplace's name.
type Row = (Option<Written>, Option<String>, Option<f64>);

const KOPECKS: &str = "CAST(SUM(figure) * 100 AS DOUBLE PRECISION)";

/// The running balance from `from` to `to`, both included, in one pass over the table. What has a day that cannot be
/// read was there before, as far as the balance goes. Marketplaces that are too many to tell apart are told together, as
/// one whose name counts them.
pub async fn cash_history(
    db: &Db,
    from: NaiveDate,
    to: NaiveDate,
    zone: Tz,
) -> sqlx::Result<CashHistory> {
    let reading = db.reading("cashflow_daily").await?;
    let changes = format!(
        "(SELECT name, CASE WHEN day >= {from} THEN day END AS day, figure
          FROM (SELECT {name} AS name, {day} AS day, {figure} AS figure FROM cashflow_daily) known
          WHERE day IS NULL OR day <= {to}) changes",
        name = reading.text("marketplace", NAME_CHARS),
        day = reading.day("d", ZoneOffset::of(zone)),
        figure = reading.figure("net"),
        from = literal(from),
        to = literal(to),
    );
    let each = format!(
        "SELECT name, day, {KOPECKS} FROM {changes} GROUP BY name, day LIMIT {CHANGES_MAX}"
    );
    let mut rows: Vec<Row> = db.query(AssertSqlSafe(each)).once().fetch_all().await?;
    if rows.len() == CHANGES_MAX {
        let together = format!(
            "SELECT '? (' || (SELECT COUNT(DISTINCT name) FROM {changes}) || ')', day, {KOPECKS}
             FROM {changes} GROUP BY day"
        );
        rows = db.query(AssertSqlSafe(together)).once().fetch_all().await?;
    }
    let changes = rows.into_iter().filter_map(|(name, day, kopecks)| {
        let day = day.and_then(|day| day.parse().ok());
        Some((name.unwrap_or_default().0, (day, kopecks?)))
    });
    let changes = by_marketplace(changes).into_iter();
    Ok(CashHistory {
        from,
        to,
        marketplaces: changes
            .map(|(marketplace, changes)| (marketplace, running(from, to, &changes)))
            .collect(),
    })
}

/// Adds up unrounded, as the database itself does where it is asked for a balance.
fn running(from: NaiveDate, to: NaiveDate, changes: &[Change]) -> Vec<Option<Money>> {
    let mut by_day: BTreeMap<Option<NaiveDate>, f64> = BTreeMap::new();
    for (day, kopecks) in changes {
        *by_day.entry(*day).or_default() += kopecks;
    }
    let mut balance = by_day.get(&None).copied();
    from.iter_days()
        .take_while(|day| *day <= to)
        .map(|day| {
            if let Some(change) = by_day.get(&Some(day)) {
                balance = Some(balance.unwrap_or(0.0) + change);
            }
            balance.map(Money::from_float)
        })
        .collect()
}
