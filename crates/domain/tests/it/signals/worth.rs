//! The worth of a forecast, and when it raises a warning.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sovani_domain::signals::{
    Backtest, Crossing, Draws, Forecasting, Outlook, Unproven, fires, measured_cash, measured_size,
};

use super::{
    forecasts::{balances, shop},
    generator::normal,
};

#[test]
fn a_warning_needs_three_days_in_a_row_and_ends_beyond_one_and_a_half_horizons() {
    let near = Some(Crossing {
        unlucky: Some(7),
        median: Some(14),
        lucky: None,
    });
    let late = Some(Crossing {
        unlucky: Some(8),
        median: Some(14),
        lucky: None,
    });
    let far = Some(Crossing {
        unlucky: Some(3),
        median: Some(15),
        lucky: None,
    });
    let at = |median| {
        Some(Crossing {
            unlucky: Some(1),
            median,
            lucky: None,
        })
    };
    let cases = [
        (vec![near, near, near], false, Outlook::Raise),
        (vec![far, near, near, near], false, Outlook::Raise),
        (vec![near, near], false, Outlook::Quiet),
        (vec![near, late, near], false, Outlook::Quiet),
        (vec![near, near, far], false, Outlook::Quiet),
        (vec![near, None, near], false, Outlook::Quiet),
        (vec![], false, Outlook::Quiet),
        (vec![near], true, Outlook::Keep),
        (vec![at(Some(21))], true, Outlook::Keep),
        (vec![at(Some(22))], true, Outlook::End),
        (vec![at(None)], true, Outlook::End),
        (vec![None], true, Outlook::Keep),
        (vec![], true, Outlook::Keep),
    ];
    for (crossings, raised, expected) in cases {
        assert_eq!(
            fires(&crossings, 14, raised),
            expected,
            "{crossings:?}, {raised}"
        );
    }
}

fn cash_backtest(levels: &BTreeMap<NaiveDate, f64>) -> Forecasting {
    measured_cash(levels, 7, 11)
}

#[test]
fn a_forecast_that_is_too_young_says_how_many_days_it_needs() {
    // 57 to learn, 56 origins, of which the last is a week ago: 57 + 55 + 7.
    let levels = shop(5, 17, 300.0);
    assert_eq!(levels.len(), 119);
    assert!(!matches!(
        cash_backtest(&levels),
        Forecasting::NotMeasured(Unproven::TooShort { .. })
    ));
    let shorter: BTreeMap<_, _> = levels.into_iter().skip(1).collect();
    let answer = cash_backtest(&shorter);
    assert_eq!(
        answer,
        Forecasting::NotMeasured(Unproven::TooShort {
            days: 118,
            needed: 119
        })
    );
}

#[test]
fn a_forecast_no_better_than_last_week_is_not_measured() {
    let repeating = shop(1, 20, 0.0);
    let answer = cash_backtest(&repeating);
    assert!(
        matches!(answer, Forecasting::NotMeasured(Unproven::NoBetter(_))),
        "{answer:?}"
    );
}

#[test]
fn a_band_that_does_not_hold_is_not_measured() {
    // Costs double each two weeks: all forecasts are too high.
    let levels = balances(
        0.0,
        (0..160_u32).map(|age| -100.0 * 1.05_f64.powi(age.cast_signed())),
    );
    let answer = cash_backtest(&levels);
    let Forecasting::NotMeasured(Unproven::Band(backtest) | Unproven::NoBetter(backtest)) = answer
    else {
        panic!("{answer:?}");
    };
    assert!(backtest.coverage < 0.5 && backtest.held < 4, "{backtest:?}");
}

/// The worth of the forecasts; true if it is enough.
fn worth(answer: &Forecasting) -> (Backtest, bool) {
    let enough = matches!(answer, Forecasting::Measured { .. });
    match answer {
        Forecasting::Measured { backtest, .. }
        | Forecasting::NotMeasured(Unproven::NoBetter(backtest) | Unproven::Band(backtest)) => {
            (*backtest, enough)
        }
        Forecasting::NotMeasured(Unproven::TooShort { days, needed }) => {
            panic!("{days} of {needed} days")
        }
    }
}

/// The means of the relative error and of the coverage.
fn means(tests: &[(Backtest, bool)]) -> (f64, f64) {
    let number = f64::from(u32::try_from(tests.len()).unwrap());
    let mean = |figure: fn(&Backtest) -> f64| {
        tests.iter().map(|(test, _)| figure(test)).sum::<f64>() / number
    };
    (mean(|test| test.mase), mean(|test| test.coverage))
}

#[test]
fn steady_shops_are_forecast_better_than_by_last_week_and_their_bands_hold() {
    let tests: Vec<_> = (1..7)
        .map(|seed| worth(&cash_backtest(&shop(seed, 26, 400.0))))
        .collect();
    let (mase, coverage) = means(&tests);
    assert!(mase < 0.85, "{tests:#?}");
    assert!((0.70..=0.90).contains(&coverage), "{coverage}");
    assert!(tests.iter().all(|(test, _)| test.forecasts == 8));
    // The coverage of eight weeks alone differs from that of all of them.
    let measured = tests.iter().filter(|(_, enough)| *enough).count();
    assert!(measured >= 3, "{measured} of {}: {tests:#?}", tests.len());
}

/// Sizes that grow by 10 a day, with noise, and by 30 on Mondays.
fn database(seed: u64, days: u64) -> BTreeMap<NaiveDate, f64> {
    let mut draws = Draws::new(seed);
    let growth = (0..days).map(|age| {
        let monday = if age % 7 == 0 { 20.0 } else { 0.0 };
        10.0 + monday + 6.0 * normal(&mut draws)
    });
    balances(4_000.0, growth)
}

#[test]
fn growing_databases_are_forecast_better_than_by_last_week_and_their_bands_hold() {
    let tests: Vec<_> = (1..21)
        .map(|seed| worth(&measured_size(&database(seed, 150), 60)))
        .collect();
    let (mase, coverage) = means(&tests);
    assert!(mase < 0.85, "{tests:#?}");
    assert!((0.70..=0.90).contains(&coverage), "{coverage}");
}

#[test]
fn a_measured_forecast_reaches_one_and_a_half_horizons_and_is_checked_over_two_weeks_at_most() {
    let (enough, short) = (database(1, 99), database(1, 98));
    // 30 to learn, 56 origins, of which the last is two weeks ago: 30 + 55 + 14.
    let too_short = Unproven::TooShort {
        days: 98,
        needed: 99,
    };
    assert_eq!(
        measured_size(&short, 60),
        Forecasting::NotMeasured(too_short)
    );
    let (backtest, _) = worth(&measured_size(&enough, 60));
    assert_eq!(backtest.forecasts, 8);

    let measured = (1..21).find_map(|seed| match measured_size(&database(seed, 150), 61) {
        Forecasting::Measured { bands, .. } => Some(bands),
        Forecasting::NotMeasured(_) => None,
    });
    assert_eq!(measured.unwrap().days.len(), 92);
}
