//! The worth of the last weeks' forecasts. A forecast that was worth nothing is not shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{bands::Bands, firing::days_to_forecast, flows::daily};
use crate::median::count;

const WEEK: usize = 7;
/// A forecast was made on each day of the last eight weeks that could be checked.
const ORIGINS: usize = 8 * WEEK;
/// The band of 80 % is one if it held in 70 to 90 %.
const COVERED: std::ops::RangeInclusive<f64> = 0.7..=0.9;

/// The forecasts of the last eight weeks against what came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backtest {
    /// The forecasts at a distance of a week from each other, and how many held: the level at the end of the horizon
    /// was in the band. "Of the last 8 forecasts 7 held."
    pub forecasts: u32,
    pub held: u32,
    /// The mean absolute error over that of repeating the last week: below 1 the forecast is the better one.
    pub mase: f64,
    /// The share of days in the band.
    pub coverage: f64,
}

/// The reason why a forecast is not measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unproven {
    /// So many days are known, and so many are needed.
    TooShort { days: usize, needed: usize },
    /// Repeating the last week was as good.
    NoBetter(Backtest),
    /// The band was too narrow or too wide.
    Band(Backtest),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Forecasting {
    Measured { bands: Bands, backtest: Backtest },
    NotMeasured(Unproven),
}

/// Forecasts are checked over two weeks at most: longer ones would leave too few that can be checked.
const CHECKED_AHEAD: u32 = 14;

/// The forecast for one and a half horizons, if those of the last eight weeks were worth something. `forecast` makes one
/// from the levels up to a day, for so many days ahead; it needs `learning` days for that.
pub(super) fn measured(
    levels: &BTreeMap<NaiveDate, f64>,
    learning: u32,
    horizon: u32,
    forecast: impl Fn(&BTreeMap<NaiveDate, f64>, u32) -> Option<Bands>,
) -> Forecasting {
    let days = daily(levels);
    let checked = horizon.clamp(1, CHECKED_AHEAD);
    let size = |days: u32| usize::try_from(days).unwrap_or(usize::MAX);
    let needed = size(learning).max(WEEK + 1) + ORIGINS + size(checked) - 1;
    let too_short = Forecasting::NotMeasured(Unproven::TooShort {
        days: days.len(),
        needed,
    });
    if days.len() < needed {
        return too_short;
    }
    let Some(backtest) = backtest(&days, checked, &forecast) else {
        return too_short;
    };
    if backtest.mase >= 1.0 {
        return Forecasting::NotMeasured(Unproven::NoBetter(backtest));
    }
    if !COVERED.contains(&backtest.coverage) {
        return Forecasting::NotMeasured(Unproven::Band(backtest));
    }
    match forecast(levels, days_to_forecast(horizon)) {
        Some(bands) => Forecasting::Measured { bands, backtest },
        None => too_short,
    }
}

#[derive(Default)]
struct Sums {
    error: f64,
    naive: f64,
    days: usize,
    covered: usize,
    forecasts: u32,
    held: u32,
}

fn backtest(
    days: &[(NaiveDate, f64)],
    horizon: u32,
    forecast: impl Fn(&BTreeMap<NaiveDate, f64>, u32) -> Option<Bands>,
) -> Option<Backtest> {
    let reach = usize::try_from(horizon).ok()?;
    let last = days.len().checked_sub(reach + 1)?;
    let mut sums = Sums::default();
    for back in 0..ORIGINS {
        let origin = last.checked_sub(back)?;
        let known: BTreeMap<NaiveDate, f64> = days[..=origin].iter().copied().collect();
        let bands = forecast(&known, horizon)?;
        let came: Vec<f64> = days[origin + 1..=origin + reach]
            .iter()
            .map(|day| day.1)
            .collect();
        sums.add(
            &bands,
            &naive(&days[..=origin], reach)?,
            &came,
            back % WEEK == 0,
        );
    }
    Some(Backtest {
        forecasts: sums.forecasts,
        held: sums.held,
        mase: ratio(sums.error, sums.naive),
        coverage: count(sums.covered) / count(sums.days),
    })
}

impl Sums {
    fn add(&mut self, bands: &Bands, naive: &[f64], came: &[f64], weekly: bool) {
        for ((band, naive), came) in bands.days.iter().zip(naive).zip(came) {
            self.error += (band.median - came).abs();
            self.naive += (naive - came).abs();
            self.days += 1;
            self.covered += usize::from(band.holds(*came));
        }
        if weekly {
            let last = bands.days.last().zip(came.last());
            self.forecasts += 1;
            self.held += u32::from(last.is_some_and(|(band, came)| band.holds(*came)));
        }
    }
}

/// The error of the forecast over that of the other; against one that makes none, only one without errors is no worse.
fn ratio(error: f64, naive: f64) -> f64 {
    if naive > 0.0 {
        error / naive
    } else if error > 0.0 {
        f64::INFINITY
    } else {
        1.0
    }
}

/// The seasonal naive forecast of a level: the changes of the last week, again and again.
fn naive(known: &[(NaiveDate, f64)], ahead: usize) -> Option<Vec<f64>> {
    let week = &known[known.len().checked_sub(WEEK + 1)?..];
    let mut level = week[WEEK].1;
    let changes = week.windows(2).map(|pair| pair[1].1 - pair[0].1).cycle();
    let levels = changes.take(ahead).map(|change| {
        level += change;
        level
    });
    Some(levels.collect())
}
