//! The sales, prices and days of the plan: the same figures every time.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use fastrand::Rng;

use crate::domain::Money;

pub(super) const SKUS_PER_MARKETPLACE: i64 = 20;
const CATEGORIES: [&str; 5] = ["Shoes", "Dresses", "Bags", "Toys", "Kitchen"];
/// Commission rates in tenths of a percent.
const RATES: [i64; 5] = [50, 80, 125, 150, 195];
/// An outlier's commission in percent of the right one: far beyond the 5 % that the platform tolerates.
const OUTLIER_PCT: i64 = 130;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marketplace {
    Wb,
    Ozon,
}

impl Marketplace {
    pub const ALL: [Self; 2] = [Self::Wb, Self::Ozon];

    /// The name in the platform's `marketplace` columns.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wb => "WB",
            Self::Ozon => "OZON",
        }
    }
}

impl fmt::Display for Marketplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(super) struct Sku {
    /// The position in the table `sku`, from 1.
    pub id: i64,
    pub marketplace: Marketplace,
    category: &'static str,
    price: Money,
    volume: i64,
    rate: i64,
    fixed_per_unit: Money,
}

pub(super) fn skus() -> Vec<Sku> {
    (0..SKUS_PER_MARKETPLACE)
        .flat_map(|_| Marketplace::ALL)
        .zip(1..)
        .map(|(marketplace, id)| {
            let mut dice = dice(0, id);
            Sku {
                id,
                marketplace,
                category: CATEGORIES[dice.usize(..CATEGORIES.len())],
                price: Money::from_kopecks(dice.i64(30_000..600_000)),
                volume: dice.i64(2..14),
                rate: RATES[dice.usize(..RATES.len())],
                fixed_per_unit: Money::from_kopecks([0, 0, 500, 1_050][dice.usize(..4)]),
            }
        })
        .collect()
}

impl Sku {
    fn article(&self) -> String {
        format!("ART-{:05}", self.id)
    }

    pub fn values(&self) -> String {
        let id = self.id;
        let (nm_id, ozon_id) = match self.marketplace {
            Marketplace::Wb => (format!("'{}'", 10_000_000 + id), "NULL".to_owned()),
            Marketplace::Ozon => ("NULL".to_owned(), format!("'{}'", 20_000_000 + id)),
        };
        format!(
            "('{}', {nm_id}, {ozon_id}, '{}', 'Brand {}', '{}')",
            self.marketplace,
            self.article(),
            id % 7,
            self.category,
        )
    }

    /// The platform joins its rules by the article, in the column `category`.
    pub fn rule_values(&self, from: NaiveDate) -> String {
        let (whole, tenth) = (self.rate / 10, self.rate % 10);
        format!(
            "('{}', '{}', {whole}.{tenth}, {}, '{from}', NULL)",
            self.marketplace,
            self.article(),
            self.fixed_per_unit,
        )
    }

    pub fn sale(&self, day: NaiveDate, outlier: bool) -> Sale {
        let mut dice = dice(day.num_days_from_ce(), self.id);
        let weekend = i64::from(day.weekday().number_from_monday() > 5);
        let qty = dice.i64(1..=self.volume) + weekend;
        let gross = (self.price * qty).scaled(dice.i64(90..=105), 100);
        let refunds_qty = i64::from(dice.i64(0..100) < 7);
        let right = gross.scaled(self.rate, 1_000) + self.fixed_per_unit * qty;
        let commission = if outlier {
            right.scaled(OUTLIER_PCT, 100)
        } else {
            right.scaled(dice.i64(98..=102), 100)
        };
        Sale {
            day,
            sku: self.id,
            marketplace: self.marketplace,
            qty,
            refunds_qty,
            gross,
            refunds: self.price * refunds_qty,
            promo: gross.scaled(2, 100),
            delivery: Money::from_roubles(55) * qty,
            commission,
            cogs: (self.price * qty).scaled(55, 100),
        }
    }
}

pub(super) struct Sale {
    pub day: NaiveDate,
    pub sku: i64,
    pub marketplace: Marketplace,
    qty: i64,
    refunds_qty: i64,
    gross: Money,
    refunds: Money,
    promo: Money,
    delivery: Money,
    commission: Money,
    cogs: Money,
}

impl Sale {
    /// The marketplace's payout for it.
    pub fn payout(&self) -> Money {
        self.gross - self.refunds - self.commission
    }

    pub fn values(&self) -> String {
        let Self { day, sku, qty, .. } = self;
        let warehouse = match self.marketplace {
            Marketplace::Wb => 1,
            Marketplace::Ozon => 2,
        };
        format!(
            "('{day}', {sku}, {warehouse}, {qty}, {}, {}, {}, {}, {}, {}, 'FBO', 'sale:{day}:{sku}')",
            self.refunds_qty, self.gross, self.refunds, self.promo, self.delivery, self.commission,
        )
    }

    pub fn pnl_values(&self) -> String {
        let Self { day, sku, .. } = self;
        let net = self.gross - self.refunds;
        format!(
            "('{day}', {sku}, '{}', {net}, {}, {}, {}, {}, {}, {}, 0, 'pnl:{day}:{sku}')",
            self.marketplace,
            self.cogs,
            net - self.cogs,
            self.refunds,
            self.delivery,
            self.promo,
            self.commission,
        )
    }
}

pub(super) struct Cash {
    pub day: NaiveDate,
    pub marketplace: Marketplace,
    pub inflow: Money,
    pub outflow: Money,
}

impl Cash {
    /// A day's payouts, nearly all of which are spent again.
    pub fn of(day: NaiveDate, marketplace: Marketplace, payouts: Money) -> Self {
        let spent = dice(day.num_days_from_ce(), -1).i64(98..=102);
        Self {
            day,
            marketplace,
            inflow: payouts,
            outflow: payouts.scaled(spent, 100),
        }
    }

    pub fn net(&self) -> Money {
        self.inflow - self.outflow
    }

    /// Adjusts the flows to the sum `net`; neither becomes negative.
    pub fn settle(&mut self, net: Money) {
        self.inflow = self.inflow.max(net);
        self.outflow = self.inflow - net;
    }

    pub fn values(&self) -> String {
        let Self {
            day,
            marketplace,
            inflow,
            outflow,
        } = self;
        let net = self.net();
        format!(
            "('{day}', '{marketplace}', {inflow}, {outflow}, {net}, 'cash:{day}:{marketplace}')"
        )
    }
}

/// One throw of the dice per day and article, so that a fault on one day leaves every other day as it was.
fn dice(day: i32, id: i64) -> Rng {
    Rng::with_seed((i64::from(day) * 1_000 + id).unsigned_abs())
}
