//! A forecast of the size of a database by the slopes between its days.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    backtest::{Forecasting, measured},
    bands::{Band, Bands, Side},
    flows::daily,
};
use crate::median::{count, median};

const LEAST_DAYS: u32 = 30;
/// Older days are of another release of the platform.
const MOST_DAYS: usize = 90;
/// Slopes are those between days one to two weeks apart: nearer ones say more of the hour than of growth, and all of the
/// farther ones cross the same vacuum.
const APART: std::ops::RangeInclusive<usize> = 7..=14;

/// The size of the days ahead, from the sizes at the end of each day so far: the newest one and the median of the slopes
/// between days one to two weeks apart (after Theil, 1950, and Sen, 1968), which a vacuum or an import hardly moves. The
/// band at a distance is that of the slopes between days as far apart, two weeks at most. `None` of fewer than 30 days.
pub fn size_forecast(levels: &BTreeMap<NaiveDate, f64>, ahead: u32) -> Option<Bands> {
    let levels = daily(levels);
    let (from, size) = levels.last().copied()?;
    if levels.len() < usize::try_from(LEAST_DAYS).ok()? {
        return None;
    }
    let newest = &levels[levels.len().saturating_sub(MOST_DAYS)..];
    let sizes: Vec<f64> = newest.iter().map(|(_, size)| *size).collect();
    let all = APART.flat_map(|apart| slopes(&sizes, apart));
    let middle = median(all.collect())?;
    let days: Option<Vec<Band>> = (1..=usize::try_from(ahead).ok()?)
        .map(|day| {
            let band = Band::of(slopes(&sizes, day.min(*APART.end())).collect())?;
            let at = |slope: f64| size + slope * count(day);
            Some(Band {
                low: at(band.low.min(middle)),
                median: at(middle),
                high: at(band.high.max(middle)),
            })
        })
        .collect();
    let days = days?;
    Some(Bands {
        from,
        worst: running_maximum(&days),
        days,
        side: Side::Above,
    })
}

/// The forecast of the size for one and a half horizons, in days, if those of the last eight weeks were worth something.
pub fn measured_size(levels: &BTreeMap<NaiveDate, f64>, horizon: u32) -> Forecasting {
    measured(levels, LEAST_DAYS, horizon, size_forecast)
}

/// The growth a day between days so far apart.
fn slopes(sizes: &[f64], apart: usize) -> impl Iterator<Item = f64> {
    let pairs = sizes.iter().zip(sizes.iter().skip(apart));
    pairs.map(move |(earlier, later)| (later - earlier) / count(apart))
}

fn running_maximum(days: &[Band]) -> Vec<Band> {
    let worst = days.iter().scan(None, |worst: &mut Option<Band>, band| {
        let next = worst.map_or(*band, |worst| Band {
            low: worst.low.max(band.low),
            median: worst.median.max(band.median),
            high: worst.high.max(band.high),
        });
        *worst = Some(next);
        *worst
    });
    worst.collect()
}
