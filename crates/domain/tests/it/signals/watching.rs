//! Single series: what is learnt, what is judged and what is told.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use sovani_domain::signals::{Direction, Effect, Evidence, Judged, Limits, Standing, judge};

use super::{daily, day};

const NOTHING_EXPECTED: fn(NaiveDate) -> bool = |_| false;
const MONDAY: &str = "2026-06-01";

fn limits() -> Limits {
    Limits::of_events(0.0)
}

/// Weeks of the same rhythm, with a little noise that repeats every three days.
fn weeks(number: u32, mean: f64) -> Vec<f64> {
    let rhythm = [1.0, 0.9, 1.0, 1.1, 1.2, 1.5, 1.3];
    let noise = [1.02, 0.98, 1.0];
    (0..number * 7)
        .map(|age| mean * rhythm[age as usize % 7] * noise[age as usize % 3])
        .collect()
}

fn judged(figures: &[f64]) -> Vec<Judged> {
    judge(&daily(MONDAY, figures), NOTHING_EXPECTED, &limits())
}

fn told(figures: &[f64]) -> Vec<(usize, Evidence)> {
    let judged = judged(figures);
    let unusual = judged
        .iter()
        .enumerate()
        .filter_map(|(age, judged)| Some((age, *judged.unusual()?)));
    unusual.collect()
}

#[test]
fn a_series_is_learnt_for_eight_weeks_and_says_how_many_are_known() {
    let judged = judged(&weeks(9, 100.0));
    for (age, known) in [(0, 0), (5, 0), (6, 1), (20, 3), (54, 7), (55, 8)] {
        assert_eq!(
            judged[age].standing,
            Standing::Learning { weeks: known },
            "day {age}"
        );
        assert_eq!(judged[age].usual, None);
    }
    assert_eq!(judged[56].standing, Standing::AsUsual);
}

#[test]
fn the_usual_range_is_that_of_the_weekday() {
    let judged = judged(&weeks(9, 40.0));
    // Monday: 40 * 1.0, Saturday: 40 * 1.5; a scale of at least sqrt(1/41 + 0.05²) = 0.164 makes 33 to 50 of 41.
    let usual = judged[56].usual.unwrap();
    assert!((38.0..42.0).contains(&usual.middle), "{usual:?}");
    assert!(
        (32.0..35.0).contains(&usual.low) && (48.0..52.0).contains(&usual.high),
        "{usual:?}"
    );
    assert!((57.0..63.0).contains(&judged[61].usual.unwrap().middle));
}

#[test]
fn a_day_is_told_by_its_difference_and_its_volume() {
    use Direction::{Down, Up};
    // Events a day, the factor of the day after ten weeks, and the direction told.
    let cases = [
        (400.0, 1.0, None),
        (400.0, 0.0, Some(Down)),
        (400.0, 0.6, Some(Down)),
        (400.0, 0.85, None),
        (400.0, 1.15, None),
        (400.0, 1.4, Some(Up)),
        (400.0, 2.0, Some(Up)),
        (40.0, 0.3, Some(Down)),
        (40.0, 0.75, None),
        (8.0, 0.4, None),
        (8.0, 0.0, Some(Down)),
        (8.0, 3.0, None),
        (2.0, 0.0, None),
    ];
    for (mean, factor, expected) in cases {
        let mut figures = weeks(10, mean);
        figures.push(mean * factor);
        let told = told(&figures);
        let directions: Vec<_> = told
            .iter()
            .map(|(age, evidence)| (*age, evidence.direction))
            .collect();
        let expected: Vec<_> = expected
            .map(|direction| (70, direction))
            .into_iter()
            .collect();
        assert_eq!(directions, expected, "{mean} a day, times {factor}");
    }
}

#[test]
fn several_days_together_show_what_none_of_them_shows() {
    let mut figures = weeks(10, 40.0);
    let after = weeks(11, 40.0);
    figures.extend(after[70..73].iter().map(|usual| usual * 0.68));
    let told = told(&figures);
    let (age, evidence) = told[0];
    assert_eq!(
        (age, evidence.days, evidence.direction),
        (72, 3, Direction::Down)
    );
    assert_eq!(evidence.from, day(MONDAY) + Days::new(70));
    assert!((-0.36..-0.28).contains(&evidence.change()), "{evidence:?}");

    // One odd day followed by a usual one is not two odd ones.
    let mut figures = weeks(10, 40.0);
    figures.extend([10.0, after[71], after[72]]);
    let ages: Vec<usize> = self::told(&figures).iter().map(|(age, _)| *age).collect();
    assert_eq!(ages, [70]);
}

#[test]
fn a_small_sum_or_share_is_not_told() {
    let mut figures = weeks(10, 400.0);
    figures.push(200.0);
    let days = daily(MONDAY, &figures);
    for (fall, sum, told) in [
        (0.2, 0.0, true),
        (0.6, 0.0, false),
        (0.2, 150.0, true),
        (0.2, 250.0, false),
    ] {
        let effect = Effect {
            fall,
            rise: 0.5,
            sum,
        };
        let judged = judge(&days, NOTHING_EXPECTED, &Limits { effect, event: 1.0 });
        assert_eq!(judged[70].unusual().is_some(), told, "{fall}, {sum}");
    }
}

#[test]
fn the_same_events_are_told_alike_in_units_and_in_money() {
    let mut figures = weeks(10, 40.0);
    figures.extend([10.0, 41.0, 8.0]);
    let price = 1_250.0;
    let revenue: Vec<f64> = figures.iter().map(|units| units * price).collect();
    let units = judged(&figures);
    let money = judge(
        &daily(MONDAY, &revenue),
        NOTHING_EXPECTED,
        &limits().worth(price),
    );
    for (units, money) in units.iter().zip(&money) {
        assert!((units.p - money.p).abs() < 1e-9, "{units:?} {money:?}");
        if let (Some(units), Some(money)) = (units.unusual(), money.unusual()) {
            assert!((units.expected * price - money.expected).abs() < 1e-6);
        }
    }
}

#[test]
fn an_event_without_a_value_counts_as_one() {
    let mut figures = weeks(10, 40.0);
    figures.push(8.0);
    let days = daily(MONDAY, &figures);
    for event in [0.0, -3.0, f64::NAN] {
        let judged = judge(&days, NOTHING_EXPECTED, &limits().worth(event));
        assert_eq!(judged, self::judged(&figures), "{event}");
    }
}

#[test]
fn days_of_the_calendar_are_neither_judged_nor_learnt_from() {
    let mut figures = weeks(10, 100.0);
    let usual = weeks(11, 100.0);
    let expected: Vec<NaiveDate> = (70..74).map(|age| day(MONDAY) + Days::new(age)).collect();
    figures.extend(usual[70..74].iter().map(|usual| usual * 2.5));
    figures.push(usual[74]);
    let judged = judge(
        &daily(MONDAY, &figures),
        |day| expected.contains(&day),
        &limits(),
    );
    assert!(
        judged[70..74]
            .iter()
            .all(|judged| judged.standing == Standing::Expected && judged.usual.is_some())
    );
    assert_eq!(judged[74].standing, Standing::AsUsual);
    let close = judged[74].usual.unwrap().middle / usual[74];
    assert!((0.95..1.05).contains(&close), "{close}");
}

#[test]
fn unusual_days_teach_nothing_until_ten_in_a_row_are_the_new_level() {
    let mut figures = weeks(10, 100.0);
    let usual = weeks(14, 100.0);
    figures.extend(usual[70..].iter().map(|usual| usual * 0.5));
    let judged = judged(&figures);
    for (age, day) in judged.iter().enumerate().take(80).skip(70) {
        let evidence = day
            .unusual()
            .unwrap_or_else(|| panic!("day {age} is not told"));
        assert!(
            (-0.53..-0.46).contains(&evidence.change()),
            "{age}: {evidence:?}"
        );
        assert_eq!(day.new_level, age == 79, "day {age}");
    }
    assert!(
        judged[80..]
            .iter()
            .all(|day| day.standing == Standing::AsUsual && !day.new_level)
    );
}

#[test]
fn a_month_without_figures_starts_learning_again() {
    let figures = daily(MONDAY, &weeks(10, 100.0));
    let last = *figures.keys().last().unwrap();
    for (gap, learning) in [(28, false), (29, true)] {
        let mut figures = figures.clone();
        figures.insert(last + Days::new(gap), 100.0);
        let judged = judge(&figures, NOTHING_EXPECTED, &limits());
        let standing = judged.last().unwrap().standing;
        assert_eq!(
            standing == Standing::Learning { weeks: 0 },
            learning,
            "{gap} days: {standing:?}"
        );
    }
}

/// Counts of up to 20 weeks with gaps.
fn histories() -> impl Strategy<Value = BTreeMap<NaiveDate, f64>> {
    let figure = proptest::option::weighted(0.97, 0_u32..200);
    proptest::collection::vec(figure, 60..140).prop_map(|figures| {
        let days = (0..).map(|age| day(MONDAY) + Days::new(age));
        days.zip(figures)
            .filter_map(|(day, figure)| Some((day, f64::from(figure?))))
            .collect()
    })
}

proptest! {
    #[test]
    fn later_days_never_change_what_was_said(figures in histories(), cut in 0_usize..140) {
        let whole = judge(&figures, NOTHING_EXPECTED, &limits());
        let known: BTreeMap<_, _> = figures.into_iter().take(cut).collect();
        let then = judge(&known, NOTHING_EXPECTED, &limits());
        prop_assert_eq!(&whole[..then.len()], &then[..]);
    }

    #[test]
    fn all_figures_are_finite_and_in_order(figures in histories(), broken in -1e12_f64..1e12) {
        let mut figures = figures;
        let last = *figures.keys().last().unwrap();
        figures.insert(last + Days::new(1), f64::NAN);
        figures.insert(last + Days::new(2), broken);
        figures.insert(last + Days::new(3), f64::INFINITY);
        for judged in judge(&figures, NOTHING_EXPECTED, &limits()) {
            prop_assert!((0.0..=1.0).contains(&judged.p));
            if let Some(usual) = judged.usual {
                prop_assert!(0.0 <= usual.low && usual.low <= usual.middle && usual.middle <= usual.high && usual.high.is_finite());
            }
            if let Some(evidence) = judged.unusual() {
                prop_assert!(evidence.score.is_finite() && evidence.from <= judged.day);
            }
        }
    }
}
