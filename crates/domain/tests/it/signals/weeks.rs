//! Weekly sums that may be negative.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use sovani_domain::signals::{Direction, Effect, Judged, Standing, judge_weeks};

use super::{daily, day};

/// A Monday.
const START: &str = "2026-03-02";
const EFFECT: Effect = Effect {
    fall: 0.2,
    rise: 0.5,
    sum: 0.0,
};

/// Weeks with these sums: costs on six days, and the payout on Friday.
fn weeks(sums: &[f64]) -> BTreeMap<NaiveDate, f64> {
    let days: Vec<f64> = sums
        .iter()
        .flat_map(|sum| {
            [
                -500.0,
                -500.0,
                -500.0,
                -500.0,
                sum + 3_000.0,
                -500.0,
                -500.0,
            ]
        })
        .collect();
    daily(START, &days)
}

fn judged(sums: &[f64]) -> Vec<Judged> {
    judge_weeks(&weeks(sums), |_| false, &EFFECT)
}

const USUAL: [f64; 12] = [
    9_000.0, 10_500.0, 10_000.0, 9_500.0, 11_000.0, 10_000.0, 9_700.0, 10_300.0, 10_100.0, 9_900.0,
    10_600.0, 9_400.0,
];

#[test]
fn a_week_is_judged_on_its_sunday_after_eight_others() {
    let judged = judged(&USUAL);
    assert_eq!(judged[0].day, day("2026-03-08"));
    assert_eq!(judged[7].standing, Standing::Learning { weeks: 8 });
    assert_eq!(judged[8].standing, Standing::AsUsual);
    let usual = judged[8].usual.unwrap();
    assert!(
        (usual.middle - 10_000.0).abs() < 1e-9 && usual.low > 8_000.0 && usual.high < 12_000.0,
        "{usual:?}"
    );
}

#[test]
fn a_week_without_its_payout_is_told() {
    for (sum, expected) in [
        (-3_000.0, Some(Direction::Down)),
        (10_200.0, None),
        (25_000.0, Some(Direction::Up)),
    ] {
        let mut sums = USUAL.to_vec();
        sums.push(sum);
        let last = *judged(&sums).last().unwrap();
        assert_eq!(
            last.unusual().map(|evidence| evidence.direction),
            expected,
            "{sum}"
        );
    }
    // Of a shop that loses money each week.
    let mut losses: Vec<f64> = USUAL.iter().map(|sum| -sum).collect();
    losses.push(-30_000.0);
    let evidence = *judged(&losses).last().unwrap().unusual().unwrap();
    assert_eq!(evidence.direction, Direction::Down);
    // (-30 000 + 10 000) / 10 000, about.
    assert!((-2.1..-1.9).contains(&evidence.change()), "{evidence:?}");
}

#[test]
fn incomplete_and_expected_weeks_teach_nothing() {
    let mut sums = USUAL.to_vec();
    sums.extend([-3_000.0, 10_000.0]);
    let mut days = weeks(&sums);
    let friday = day(START) + Days::new(12 * 7 + 4);
    let expected = judge_weeks(&days, |day| day == friday, &EFFECT);
    assert_eq!(expected[12].standing, Standing::Expected);
    assert_eq!(expected[13].standing, Standing::AsUsual);
    days.remove(&friday);
    let without = judge_weeks(&days, |_| false, &EFFECT);
    assert_eq!(without.len(), 13);
    assert_eq!(without[12], expected[13]);
}

#[test]
fn four_unusual_weeks_in_a_row_are_the_new_level() {
    let mut sums = USUAL.to_vec();
    sums.extend([4_000.0, 4_100.0, 3_900.0, 4_000.0, 4_050.0]);
    let judged = judged(&sums);
    let told: Vec<_> = judged[12..]
        .iter()
        .map(|week| (week.unusual().is_some(), week.new_level))
        .collect();
    assert_eq!(
        told,
        [
            (true, false),
            (true, false),
            (true, false),
            (true, true),
            (false, false)
        ]
    );
    assert_eq!(judged[16].standing, Standing::Learning { weeks: 5 });
}

proptest! {
    #[test]
    fn later_weeks_never_change_what_was_said(sums in proptest::collection::vec(-20_000_i32..20_000, 8..30), cut in 0_usize..30) {
        let sums: Vec<f64> = sums.into_iter().map(f64::from).collect();
        let whole = judged(&sums);
        let then = judged(&sums[..cut.min(sums.len())]);
        prop_assert_eq!(&whole[..then.len()], &then[..]);
    }
}
