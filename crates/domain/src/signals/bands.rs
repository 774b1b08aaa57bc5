//! A forecast by day, as a band.

use chrono::{Days, NaiveDate};

use crate::median::quantiles;

/// Eight of ten cases lie between these shares.
const LOW: f64 = 0.1;
const HIGH: f64 = 0.9;

/// Eight of ten cases lie between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Band {
    /// Of as many cases.
    pub(super) fn of(cases: Vec<f64>) -> Option<Self> {
        let [low, median, high] = quantiles(cases, [LOW, 0.5, HIGH])?;
        Some(Self { low, median, high })
    }

    pub fn holds(&self, figure: f64) -> bool {
        (self.low..=self.high).contains(&figure)
    }
}

/// The side of a limit that is trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Below,
    Above,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bands {
    /// The last known day; the first forecast is for the day after it.
    pub from: NaiveDate,
    /// For a chart.
    pub days: Vec<Band>,
    /// The worst up to each day, on the side of trouble: a balance that recovers has been low all the same.
    pub(super) worst: Vec<Band>,
    pub(super) side: Side,
}

/// The days from the last known one until the limit is crossed; `None` for later than was forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossing {
    /// In one case of ten it is earlier.
    pub unlucky: Option<u32>,
    pub median: Option<u32>,
    /// In one case of ten it is later.
    pub lucky: Option<u32>,
}

impl Bands {
    /// The day that is so many after the last known one.
    pub fn day(&self, ahead: u32) -> NaiveDate {
        self.from + Days::new(ahead.into())
    }

    /// When the limit is crossed: "between the unlucky and the lucky day, in eight of ten cases".
    pub fn crossing(&self, limit: f64) -> Crossing {
        let first = |figure: &dyn Fn(&Band) -> f64| {
            let crossed = |band: &Band| match self.side {
                Side::Below => figure(band) < limit,
                Side::Above => figure(band) > limit,
            };
            let at = self.worst.iter().position(crossed)?;
            u32::try_from(at + 1).ok()
        };
        let (low, high) = (first(&|band| band.low), first(&|band| band.high));
        let (unlucky, lucky) = match self.side {
            Side::Below => (low, high),
            Side::Above => (high, low),
        };
        Crossing {
            unlucky,
            median: first(&|band| band.median),
            lucky,
        }
    }
}
