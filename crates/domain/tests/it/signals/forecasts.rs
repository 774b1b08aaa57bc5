//! Forecasts of cash and of size.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use sovani_domain::signals::{Crossing, Draws, cash_forecast, size_forecast};

use super::{daily, day, generator::normal};

/// A Monday.
const START: &str = "2026-03-02";

/// Balances from daily changes.
pub fn balances(start: f64, changes: impl IntoIterator<Item = f64>) -> BTreeMap<NaiveDate, f64> {
    let mut balance = start;
    let levels: Vec<f64> = changes
        .into_iter()
        .map(|change| {
            balance += change;
            balance
        })
        .collect();
    daily(START, &levels)
}

/// Weeks of costs and a payout on Fridays, with noise.
pub fn shop(seed: u64, weeks: u32, noise: f64) -> BTreeMap<NaiveDate, f64> {
    let mut draws = Draws::new(seed);
    let rhythm = [
        -900.0, -1_100.0, -1_000.0, -1_000.0, 6_000.0, -700.0, -800.0,
    ];
    balances(
        100_000.0,
        (0..weeks * 7).map(|age| rhythm[age as usize % 7] + noise * normal(&mut draws)),
    )
}

#[test]
fn cash_that_repeats_each_week_is_forecast_exactly() {
    let levels = shop(1, 13, 0.0);
    let bands = cash_forecast(&levels, 21, 7).unwrap();
    assert_eq!(bands.from, *levels.keys().last().unwrap());
    assert_eq!(bands.day(3), bands.from + Days::new(3));
    let last = levels[&bands.from];
    for (ahead, change) in [
        (1, -900.0),
        (4, -4_000.0),
        (5, 2_000.0),
        (7, 500.0),
        (21, 1_500.0),
    ] {
        let band = bands.days[ahead - 1];
        assert!(
            (band.median - last - change).abs() < 1e-6,
            "{ahead}: {band:?}"
        );
        assert!((band.high - band.low).abs() < 1e-6, "{band:?}");
    }
}

#[test]
fn a_balance_that_recovers_has_been_below_the_limit_all_the_same() {
    let levels = shop(1, 13, 0.0);
    let bands = cash_forecast(&levels, 21, 7).unwrap();
    let last = levels[&bands.from];
    let crossing = |limit: f64| bands.crossing(limit);
    let on = |days: u32| Crossing {
        unlucky: Some(days),
        median: Some(days),
        lucky: Some(days),
    };
    // Thursday is the lowest day of each week, and each week is 500 higher.
    assert_eq!(crossing(last - 3_999.0), on(4));
    assert_eq!(crossing(last - 4_001.0), Crossing::default());
}

#[test]
fn a_falling_balance_crosses_between_two_days() {
    let mut draws = Draws::new(3);
    let levels = balances(
        100_000.0,
        (0..91).map(|_| -1_000.0 + 400.0 * normal(&mut draws)),
    );
    let last = *levels.values().last().unwrap();
    let bands = cash_forecast(&levels, 45, 7).unwrap();
    let crossing = bands.crossing(last - 20_000.0);
    let (unlucky, median, lucky) = (
        crossing.unlucky.unwrap(),
        crossing.median.unwrap(),
        crossing.lucky.unwrap(),
    );
    assert!(unlucky < median && median < lucky, "{crossing:?}");
    assert!(
        (15..=19).contains(&unlucky) && (19..=22).contains(&median) && (21..=26).contains(&lucky),
        "{crossing:?}"
    );
}

#[test]
fn a_payment_of_a_day_of_the_month_returns_on_it() {
    let levels = balances(
        500_000.0,
        (0..91).map(|age| {
            let tenth = (day(START) + Days::new(age)).day() == 10;
            100.0
                + if tenth {
                    -30_000.0
                } else {
                    10.0 * normal(&mut Draws::new(age))
                }
        }),
    );
    let bands = cash_forecast(&levels, 31, 7).unwrap();
    let change = |day: NaiveDate| {
        let at = usize::try_from((day - bands.from).num_days()).unwrap() - 1;
        bands.days[at].median - bands.days[at - 1].median
    };
    let tenth = (2..=31)
        .map(|ahead| bands.day(ahead))
        .find(|day| day.day() == 10)
        .unwrap();
    assert!(
        (-30_500.0..-29_000.0).contains(&change(tenth)),
        "{}",
        change(tenth)
    );
    assert!(change(tenth + Days::new(1)).abs() < 500.0);
}

#[test]
fn eight_weeks_are_needed_and_gaps_keep_the_level() {
    // Eight weeks of changes are 57 levels.
    assert_eq!(cash_forecast(&shop(1, 8, 0.0), 7, 1), None);
    let mut levels = shop(1, 9, 0.0);
    assert!(cash_forecast(&levels, 7, 1).is_some());
    assert_eq!(cash_forecast(&BTreeMap::new(), 7, 1), None);
    levels.insert(day("0001-01-01"), 5.0);
    let gap = *levels.keys().nth(20).unwrap();
    levels.remove(&gap);
    assert!(cash_forecast(&levels, 7, 1).is_some());
}

#[test]
fn a_size_grows_as_it_grew_and_a_vacuum_hardly_moves_it() {
    let steady: Vec<f64> = (0..60_u32)
        .map(|age| 1_000.0 + 10.0 * f64::from(age))
        .collect();
    let bands = size_forecast(&daily(START, &steady), 30).unwrap();
    assert!((bands.days[29].median - (1_590.0 + 300.0)).abs() < 1e-6);
    assert_eq!(bands.crossing(1_690.0).median, Some(11));

    // A third was freed on day 40.
    let vacuumed: Vec<f64> = (0..60_u32)
        .map(|age| 1_000.0 + 10.0 * f64::from(age) - if age < 40 { 0.0 } else { 400.0 })
        .collect();
    let bands = size_forecast(&daily(START, &vacuumed), 10).unwrap();
    let last = vacuumed[59];
    assert!(
        (50.0..=100.5).contains(&(bands.days[9].median - last)),
        "{:?}",
        bands.days[9]
    );
    assert!((bands.days[9].high - last - 100.0).abs() < 1.0);

    assert_eq!(size_forecast(&daily(START, &steady[..29]), 10), None);
    assert!(size_forecast(&daily(START, &steady[..30]), 10).is_some());
}

#[test]
fn a_size_that_stays_never_reaches_a_limit() {
    let bands = size_forecast(&daily(START, &[500.0; 40]), 60).unwrap();
    assert_eq!(bands.crossing(501.0), Crossing::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_same_seed_gives_the_same_ordered_bands(changes in proptest::collection::vec(-5000_i32..5000, 60..120), seed: u64) {
        let levels = balances(0.0, changes.iter().map(|change| f64::from(*change)));
        let bands = cash_forecast(&levels, 14, seed).unwrap();
        prop_assert_eq!(&bands, &cash_forecast(&levels, 14, seed).unwrap());
        for band in &bands.days {
            prop_assert!(band.low <= band.median && band.median <= band.high);
        }
    }

    #[test]
    fn a_lower_limit_is_never_crossed_earlier(changes in proptest::collection::vec(-5000_i32..4000, 60..120), limit in 0_u32..60_000) {
        let levels = balances(0.0, changes.iter().map(|change| f64::from(*change)));
        let bands = cash_forecast(&levels, 28, 1).unwrap();
        let last = *levels.values().last().unwrap();
        let far = |day: Option<u32>| day.unwrap_or(u32::MAX);
        let (near, low) = (bands.crossing(last - f64::from(limit)), bands.crossing(last - f64::from(limit) - 1_000.0));
        prop_assert!(far(near.median) <= far(low.median));
        prop_assert!(far(near.unlucky) <= far(near.median) && far(near.median) <= far(near.lucky));
    }

    #[test]
    fn sizes_are_forecast_in_order_and_finite(sizes in proptest::collection::vec(0_u32..1_000_000, 30..120)) {
        let figures: Vec<f64> = sizes.iter().map(|size| f64::from(*size)).collect();
        let bands = size_forecast(&daily(START, &figures), 45).unwrap();
        for band in &bands.days {
            prop_assert!(band.low <= band.median && band.median <= band.high && band.high.is_finite());
        }
    }
}
