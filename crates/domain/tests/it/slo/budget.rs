//! Error budgets and burn rates, against figures worked out by hand.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use sovani_domain::{Counted, budget_left_by_day, burn_rate, error_budget};

use super::{assert_close, counted, percent};

#[test]
fn the_budget_is_the_share_of_events_that_the_objective_tolerates() {
    // Objective, events, bad events; those allowed, and the share that is left.
    let cases = [
        // 1 % of 1000 = 10 allowed; 10 - 0 = 10 left of 10.
        (99.0, 1000.0, 0.0, 10.0, Some(1.0)),
        // 10 - 4 = 6 left of 10.
        (99.0, 1000.0, 4.0, 10.0, Some(0.6)),
        (99.0, 1000.0, 10.0, 10.0, Some(0.0)),
        // 10 - 15 = -5 of 10.
        (99.0, 1000.0, 15.0, 10.0, Some(-0.5)),
        // 1 % of 432 = 4.32 allowed; (4.32 - 2) / 4.32 = 0.537 037…
        (99.0, 432.0, 2.0, 4.32, Some(2.32 / 4.32)),
        // 2 % of 150 = 3 allowed; 1 - 1/3.
        (98.0, 150.0, 1.0, 3.0, Some(2.0 / 3.0)),
        // 5 % of 86 400 = 4320 allowed; 1 - 1080/4320 = 0.75.
        (95.0, 86_400.0, 1080.0, 4320.0, Some(0.75)),
        // 0.1 % of 7000 = 7 allowed, to the event.
        (99.9, 7000.0, 7.0, 7.0, Some(0.0)),
        (0.0, 50.0, 50.0, 50.0, Some(0.0)),
        // Of nothing there is no share.
        (100.0, 1000.0, 0.0, 0.0, None),
        (100.0, 1000.0, 1.0, 0.0, None),
        (99.0, 0.0, 0.0, 0.0, None),
    ];
    for (objective, events, bad, allowed, left) in cases {
        let case = format!("{bad} bad of {events} at {objective} %");
        let budget = error_budget(counted(events, bad), percent(objective));
        assert_close(budget.allowed, allowed, &case);
        assert_eq!(budget.left().is_some(), left.is_some(), "{case}");
        assert_close(
            budget.left().unwrap_or_default(),
            left.unwrap_or_default(),
            &case,
        );
    }
}

#[test]
fn the_burn_rate_is_the_share_of_bad_events_over_the_share_that_is_tolerated() {
    // Objective, events, bad events; the rate.
    let cases = [
        // 14.4 % bad / 1 % tolerated.
        (99.0, 1000.0, 144.0, Some(14.4)),
        // 1/60 bad / 1 % = 1.666…
        (99.0, 60.0, 1.0, Some(100.0 / 60.0)),
        // 2 % bad / 2 %.
        (98.0, 50.0, 1.0, Some(1.0)),
        // All bad: 100 % / 2 % = 50, / 5 % = 20, / 100 % = 1.
        (98.0, 7.0, 7.0, Some(50.0)),
        (95.0, 7.0, 7.0, Some(20.0)),
        (0.0, 7.0, 7.0, Some(1.0)),
        (99.0, 1000.0, 0.0, Some(0.0)),
        (100.0, 1000.0, 0.0, Some(0.0)),
        (100.0, 1000.0, 1.0, Some(f64::INFINITY)),
        (99.0, 0.0, 0.0, None),
    ];
    for (objective, events, bad, rate) in cases {
        let case = format!("{bad} bad of {events} at {objective} %");
        match (burn_rate(counted(events, bad), percent(objective)), rate) {
            (Some(found), Some(rate)) if rate.is_finite() => assert_close(found, rate, &case),
            (found, rate) => assert_eq!(found, rate, "{case}"),
        }
    }
}

#[test]
fn counts_that_are_off_by_an_error_of_rounding_burn_nothing() {
    let more_good_than_all = Counted {
        good: 10.000_000_000_1,
        total: 10.0,
    };
    assert_eq!(burn_rate(more_good_than_all, percent(100.0)), Some(0.0));
    assert_eq!(
        error_budget(more_good_than_all, percent(99.0)).left(),
        Some(1.0)
    );
}

#[test]
fn the_remaining_budget_lasts_for_its_share_of_the_period_over_the_rate() {
    let month = Duration::days(30);
    // Bad events of 1000 at 99 %, the rate; hours.
    let cases = [
        // 1.0 * 720 h / 1.
        (0.0, Some(1.0), Some(720.0)),
        // 1.0 * 720 h / 14.4 = 50 h.
        (0.0, Some(14.4), Some(50.0)),
        // 0.5 * 720 h / 6 = 60 h.
        (5.0, Some(6.0), Some(60.0)),
        // 0.2 * 720 h / 0.5 = 288 h.
        (8.0, Some(0.5), Some(288.0)),
        (10.0, Some(3.0), Some(0.0)),
        (12.0, None, Some(0.0)),
        (5.0, Some(0.0), None),
        (5.0, None, None),
        (5.0, Some(f64::INFINITY), Some(0.0)),
    ];
    for (bad, rate, hours) in cases {
        let budget = error_budget(counted(1000.0, bad), percent(99.0));
        let lasts = budget.lasts(rate, month);
        let found = lasts.map(|lasts| lasts.as_seconds_f64() / 3600.0);
        assert_eq!(found.is_some(), hours.is_some(), "{bad} at {rate:?}");
        assert_close(
            found.unwrap_or_default(),
            hours.unwrap_or_default(),
            &format!("{bad} at {rate:?}"),
        );
    }
    let none = error_budget(counted(1000.0, 0.0), percent(100.0));
    assert_eq!(none.lasts(Some(0.0), month), None);
    let broken = error_budget(counted(1000.0, 1.0), percent(100.0));
    assert_eq!(
        broken.lasts(Some(f64::INFINITY), month),
        Some(Duration::zero())
    );
}

#[test]
fn each_day_has_the_remaining_budget_of_the_period_that_ends_with_it() {
    let day = |day| NaiveDate::from_ymd_opt(2025, 10, day).unwrap();
    let counts = BTreeMap::from([
        (day(1), counted(100.0, 1.0)),
        (day(2), counted(100.0, 2.0)),
        (day(5), counted(100.0, 0.0)),
    ]);
    let left = budget_left_by_day((day(1), day(8)), &counts, percent(98.0), 3);
    // 2 % of 100 = 2 a day. Over three days each:
    let expected = [
        Some(0.5),  // 1 of 2
        Some(0.25), // 3 of 4
        Some(0.25), // still the first two days
        Some(0.0),  // only the second day: 2 of 2
        Some(1.0),  // only the fifth
        Some(1.0),
        Some(1.0),
        None, // the fifth is three days ago
    ];
    assert_eq!(left, expected);
}
