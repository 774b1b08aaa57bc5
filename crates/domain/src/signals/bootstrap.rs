//! A forecast of cash by a block bootstrap of weeks.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{
    backtest::{Forecasting, measured},
    bands::{Band, Bands, Side},
    draws::Draws,
    flows::{Flows, daily},
};
use crate::median::count;

/// The edges of the band are the 50th lowest and highest: they move little from seed to seed.
const PATHS: usize = 500;
/// Eight weeks of changes lie between as many levels.
const LEAST_DAYS: u32 = 57;

/// The parts of two weeks in one; their squares sum to one, so that its variance is that of a week.
const OF_ONE: f64 = 0.8;
const OF_ANOTHER: f64 = 0.6;

/// The balance of the days ahead, from the balances at the end of each day so far, by a smoothed block bootstrap. Each path
/// puts together whole weeks of the last 13, so that what happens on a weekday stays on it. Payments of a day of the month
/// are taken out before and put back on theirs. `None` of fewer than eight weeks. The same seed gives the same forecast.
pub fn cash_forecast(levels: &BTreeMap<NaiveDate, f64>, ahead: u32, seed: u64) -> Option<Bands> {
    let levels = daily(levels);
    let (from, balance) = levels.last().copied()?;
    let flows = Flows::of(&levels)?;
    let mut draws = Draws::new(seed);
    let paths: Vec<Vec<f64>> = (0..PATHS)
        .map(|_| path(&flows, from, balance, ahead, &mut draws))
        .collect();
    let lowest: Vec<Vec<f64>> = paths.iter().map(|path| running_minimum(path)).collect();
    Some(Bands {
        from,
        days: bands(&paths)?,
        worst: bands(&lowest)?,
        side: Side::Below,
    })
}

/// The forecast of the balance for one and a half horizons, in days, if those of the last eight weeks were worth
/// something; the same seed gives the same one.
pub fn measured_cash(levels: &BTreeMap<NaiveDate, f64>, horizon: u32, seed: u64) -> Forecasting {
    measured(levels, LEAST_DAYS, horizon, |known, ahead| {
        cash_forecast(known, ahead, seed)
    })
}

type Week = [f64; 7];

/// The weeks that paths are put together from.
struct Weeks<'a> {
    known: &'a [Week],
    mean: Week,
    /// How much wider the band of so few weeks is: the deviation of Student's distribution.
    wider: f64,
}

impl<'a> Weeks<'a> {
    fn new(known: &'a [Week]) -> Self {
        let number = count(known.len());
        Self {
            known,
            mean: mean(known.iter()),
            wider: ((number - 1.0) / (number - 3.0)).sqrt(),
        }
    }

    fn any(&self, draws: &mut Draws) -> &'a Week {
        &self.known[draws.below(self.known.len())]
    }

    /// How far another 13 weeks could have had their mean from this one.
    fn drift(&self, draws: &mut Draws) -> Week {
        let others: Vec<&Week> = self.known.iter().map(|_| self.any(draws)).collect();
        let other = mean(others.into_iter());
        std::array::from_fn(|day| other[day] - self.mean[day])
    }

    /// A week that could have been: the changes of one, and a part of those of another, because 13 weeks alone leave the
    /// edges of a band to one or two of them.
    fn next(&self, draws: &mut Draws) -> Week {
        let (one, other) = (self.any(draws), self.any(draws));
        std::array::from_fn(|day| {
            let away = |week: &Week| week[day] - self.mean[day];
            self.mean[day] + self.wider * (OF_ONE * away(one) + OF_ANOTHER * away(other))
        })
    }
}

fn mean<'a>(weeks: impl ExactSizeIterator<Item = &'a Week>) -> Week {
    let number = count(weeks.len());
    let sums = weeks.fold([0.0; 7], |sums: Week, week| {
        std::array::from_fn(|day| sums[day] + week[day])
    });
    sums.map(|sum| sum / number)
}

fn path(flows: &Flows, from: NaiveDate, balance: f64, ahead: u32, draws: &mut Draws) -> Vec<f64> {
    let weeks = Weeks::new(flows.weeks());
    let drift = weeks.drift(draws);
    let mut balance = balance;
    let mut week = weeks.mean;
    (0..ahead)
        .zip((0..7).cycle())
        .map(|(at, day)| {
            if day == 0 {
                week = weeks.next(draws);
            }
            let monthly = flows.monthly(from + Days::new(u64::from(at) + 1));
            balance += week[day] + drift[day] + monthly;
            balance
        })
        .collect()
}

fn running_minimum(path: &[f64]) -> Vec<f64> {
    let lowest = path.iter().scan(f64::INFINITY, |lowest, level| {
        *lowest = lowest.min(*level);
        Some(*lowest)
    });
    lowest.collect()
}

fn bands(paths: &[Vec<f64>]) -> Option<Vec<Band>> {
    let days = paths.first()?.len();
    (0..days)
        .map(|day| Band::of(paths.iter().map(|path| path[day]).collect()))
        .collect()
}
