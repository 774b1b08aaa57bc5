//! Cash balances over a range of days.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Db, on};
use crate::domain::Money;

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

/// A marketplace, a day (`None` stands for all days before the first), and that day's change in kopecks.
type Change = (String, Option<NaiveDate>, f64);

impl Db {
    /// The running balance from `from` to `to`, both included, in one pass over the table.
    pub async fn cash_history(&self, from: NaiveDate, to: NaiveDate) -> sqlx::Result<CashHistory> {
        let changes: Vec<Change> = on!(self, pool => {
            sqlx::query_as(
                "SELECT marketplace, day, CAST(SUM(net) * 100 AS DOUBLE PRECISION)
                 FROM (SELECT marketplace, CASE WHEN d >= $1 THEN d END AS day, net
                       FROM cashflow_daily WHERE d <= $2) changes
                 GROUP BY marketplace, day",
            )
            .bind(from)
            .bind(to)
            .fetch_all(pool)
            .await
        })?;
        Ok(CashHistory {
            from,
            to,
            marketplaces: running(from, to, changes),
        })
    }
}

/// Adds up unrounded, as the database itself does where it is asked for a balance.
fn running(
    from: NaiveDate,
    to: NaiveDate,
    changes: Vec<Change>,
) -> BTreeMap<String, Vec<Option<Money>>> {
    let mut by_marketplace: BTreeMap<String, BTreeMap<Option<NaiveDate>, f64>> = BTreeMap::new();
    for (marketplace, day, kopecks) in changes {
        by_marketplace
            .entry(marketplace)
            .or_default()
            .insert(day, kopecks);
    }
    let balances = |changes: &BTreeMap<Option<NaiveDate>, f64>| {
        let mut balance = changes.get(&None).copied();
        from.iter_days()
            .take_while(|day| *day <= to)
            .map(|day| {
                if let Some(change) = changes.get(&Some(day)) {
                    balance = Some(balance.unwrap_or(0.0) + change);
                }
                balance.map(kopecks)
            })
            .collect()
    };
    by_marketplace
        .iter()
        .map(|(marketplace, changes)| (marketplace.clone(), balances(changes)))
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
fn kopecks(amount: f64) -> Money {
    Money::from_kopecks(amount.round() as i64)
}
