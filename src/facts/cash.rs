//! The cash of each marketplace.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use crate::{
    db::{
        Db,
        reading::{NAME_CHARS, Written, ZoneOffset},
    },
    domain::{Money, by_marketplace},
};

/// A marketplace's newest cash balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashBalance {
    pub marketplace: String,
    pub day: NaiveDate,
    pub balance: Money,
}

/// The balances of all marketplaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CashBalances {
    /// By name. Where there are more than can be, the lowest.
    pub each: Vec<CashBalance>,
    /// How many others there are, and what they have together.
    pub others: (usize, Money),
}

impl From<Vec<CashBalance>> for CashBalances {
    fn from(each: Vec<CashBalance>) -> Self {
        Self {
            each,
            ..Self::default()
        }
    }
}

/// So many balances are read, the lowest. A table with more names has something else in that column.
const BALANCES_MAX: usize = 10_000;

/// A way to write a marketplace's name, the newest day, and the sum of all days in kopecks.
type CashRow = (Option<Written>, Option<String>, Option<f64>);

/// The balance that `vw_cashflow_daily` shows on each marketplace's newest day, in one pass over the table: the
/// view sums all earlier days again for every row. Amounts that cannot be read count for nothing, and neither does a
/// marketplace without any other.
pub async fn balances(db: &Db, zone: Tz) -> sqlx::Result<CashBalances> {
    let reading = db.reading("cashflow_daily").await?;
    let sums = format!(
        "SELECT name, MAX(day), CAST(ROUND(SUM(figure) * 100) AS DOUBLE PRECISION) AS kopecks
         FROM (SELECT {name} AS name, {day} AS day, {figure} AS figure FROM cashflow_daily) changes
         GROUP BY name",
        name = reading.text("marketplace", NAME_CHARS),
        day = reading.day("d", ZoneOffset::of(zone)),
        figure = reading.figure("net"),
    );
    let lowest = format!(
        "{sums} ORDER BY CASE WHEN SUM(figure) IS NULL THEN 1 ELSE 0 END, SUM(figure)
         LIMIT {BALANCES_MAX}"
    );
    let rows: Vec<CashRow> = db.query(AssertSqlSafe(lowest)).fetch_all().await?;
    if rows.len() < BALANCES_MAX {
        return Ok(together(rows).into());
    }
    let all = format!("SELECT COUNT(kopecks), SUM(kopecks) FROM ({sums}) sums");
    let (names, kopecks): (i64, Option<f64>) = db.query(AssertSqlSafe(all)).fetch_one().await?;
    let read = rows
        .iter()
        .filter(|(_, _, kopecks)| kopecks.is_some())
        .count();
    let each = together(rows);
    let listed: Money = each.iter().map(|balance| balance.balance).sum();
    let others = usize::try_from(names).unwrap_or(0).saturating_sub(read);
    let balance = Money::from_float(kopecks.unwrap_or(0.0)) - listed;
    Ok(CashBalances {
        each,
        others: (others, balance),
    })
}

fn together(rows: Vec<CashRow>) -> Vec<CashBalance> {
    let read = |day: &Option<String>| day.as_ref().and_then(|day| day.parse().ok());
    let newest: Option<NaiveDate> = rows.iter().filter_map(|(_, day, _)| read(day)).max();
    let known = rows.into_iter().filter_map(|(name, day, kopecks)| {
        // Money without a day is money all the same.
        let day = read(&day).or(newest)?;
        Some((
            name.unwrap_or_default().0,
            (day, Money::from_float(kopecks?)),
        ))
    });
    let balances = by_marketplace(known).into_iter();
    balances.filter_map(sum).collect()
}

/// Adds up the balances of a marketplace's spellings.
fn sum((marketplace, known): (String, Vec<(NaiveDate, Money)>)) -> Option<CashBalance> {
    Some(CashBalance {
        marketplace,
        day: known.iter().map(|(day, _)| *day).max()?,
        balance: known.iter().map(|(_, balance)| *balance).sum(),
    })
}
