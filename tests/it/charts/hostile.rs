//! Series as no platform makes them: each can be drawn.

use chrono::{Days, NaiveDate};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof, proptest},
    prop_assert, prop_assert_eq,
    sample::select,
    test_runner::Config,
};
use sovani_ops::{
    charts::{
        self, Bounds, Budget, Chart, Figure, Limit, Line, Look, Panel, Plot, Scale, Unit, day_ticks,
    },
    domain::Lang,
};

use super::samples::{Decoded, TODAY, voice};

fn figure() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -1e3..1e3,
        select(vec![
            0.0,
            -0.0,
            100.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE
        ]),
    ]
}

fn line(days: usize) -> impl Strategy<Value = Line> {
    let daily = vec(option::of(figure()), 0..=days).prop_map(|figures| {
        Line::daily(
            Some("😀 «линия»\n\u{202e}".to_owned()),
            Look::Squares,
            &figures,
        )
    });
    let samples = vec((figure(), option::of(figure())), 0..40).prop_map(|points| Line {
        name: None,
        look: Look::Heavy,
        points,
        is_daily: false,
    });
    let flat =
        figure().prop_map(move |value| Line::daily(None, Look::Dots, &vec![Some(value); days]));
    prop_oneof![daily, samples, flat]
}

fn chart() -> impl Strategy<Value = Chart> {
    let units = [
        Unit::Percent,
        Unit::Milliseconds,
        Unit::Roubles,
        Unit::Megabytes,
    ];
    let days = prop_oneof![Just(1_usize), 2_usize..40, Just(366), Just(40_000)];
    days.prop_flat_map(move |days| {
        (
            vec(line(days.min(366)), 0..3),
            option::of(figure()),
            any::<bool>(),
            option::of(vec(option::of(figure()), 0..=days.min(366))),
            select(units.to_vec()),
            ".{0,300}",
        )
            .prop_map(move |(lines, limit, at_least, budget, unit, text)| Chart {
                title: text.clone(),
                from: TODAY - Days::new(days as u64 - 1),
                to: TODAY,
                panels: vec![Panel::Plot(Plot {
                    title: text.clone(),
                    figure: Some(Figure {
                        text: text.clone(),
                        holds: Some(at_least),
                    }),
                    unit,
                    lines,
                    limit: limit.map(|value| Limit {
                        value,
                        at_least,
                        label: text.clone(),
                        beyond: Some(text.clone()),
                    }),
                    unmeasured: vec![(-5.0, 1e9), (f64::NAN, f64::INFINITY)],
                    budget: budget.map(|left| Budget {
                        label: text.clone(),
                        left,
                    }),
                    remark: Some(text),
                })],
            })
    })
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 32, ..Config::default() })]

    #[test]
    fn any_series_can_be_drawn(chart in chart(), lang in select(vec![Lang::En, Lang::Ru])) {
        let png = charts::draw(&voice(lang), &chart).unwrap();
        let picture = Decoded::of(&png);
        prop_assert_eq!(picture.width, 1280);
        prop_assert!(picture.height < 3000, "{}", picture.height);
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 2000, ..Config::default() })]

    #[test]
    fn an_axis_takes_in_its_values_with_a_few_round_lines(
        values in vec(figure(), 0..9),
        bounds in select(vec![Bounds::Percent, Bounds::FromZero, Bounds::Free]),
    ) {
        let scale = Scale::around(values.iter().copied(), bounds);
        prop_assert!(scale.low < scale.high, "{:?}", scale);
        prop_assert!((2..=9).contains(&scale.ticks.len()), "{:?}", scale);
        prop_assert!(scale.ticks.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", scale);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            let value = value.clamp(-1e15, 1e15);
            prop_assert!(scale.low <= value && value <= scale.high, "{} {:?}", value, scale);
        }
    }

    #[test]
    fn the_days_that_are_named_are_in_the_range_in_order_and_few(
        first in -400_000_i64..400_000,
        days in 0_u64..5000,
        most in 0_u64..15,
    ) {
        let from = NaiveDate::default() + chrono::Duration::days(first);
        let to = from + Days::new(days);
        let ticks = day_ticks(from, to, most);
        prop_assert!(ticks.len() as u64 <= most.max(1), "{:?}", ticks);
        prop_assert!(ticks.iter().all(|day| (from..=to).contains(day)), "{:?}", ticks);
        prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", ticks);
        prop_assert!(days > 14 || !ticks.is_empty());
    }
}

#[test]
fn axes_have_lines_at_the_figures_that_people_expect() {
    let lines = |values: &[f64], bounds| Scale::around(values.iter().copied(), bounds).ticks;
    let cases: [(&[f64], Bounds, &[f64]); 7] = [
        (
            &[100.0, 99.0],
            Bounds::Percent,
            &[98.0, 98.5, 99.0, 99.5, 100.0],
        ),
        (
            &[0.0, 100.0],
            Bounds::Percent,
            &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        ),
        (
            &[93.1, 98.0],
            Bounds::Percent,
            &[92.0, 94.0, 96.0, 98.0, 100.0],
        ),
        (
            &[812.0, 1200.0],
            Bounds::FromZero,
            &[0.0, 500.0, 1000.0, 1500.0],
        ),
        (&[], Bounds::FromZero, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (
            &[-10_000.0, 31_000.0],
            Bounds::Free,
            &[-10_000.0, 0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0],
        ),
        (
            &[500.0, 500.0],
            Bounds::Free,
            &[494.0, 496.0, 498.0, 500.0, 502.0, 504.0, 506.0],
        ),
    ];
    for (values, bounds, expected) in cases {
        let found = lines(values, bounds);
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(one, other)| (one - other).abs() < 1e-9);
        assert!(same, "{values:?}: {found:?}");
    }
}

#[test]
fn days_are_named_back_from_the_last_one_and_months_by_their_first() {
    let day = |month, day| NaiveDate::from_ymd_opt(2025, month, day).unwrap();
    assert_eq!(day_ticks(TODAY, TODAY, 6), [TODAY]);
    assert_eq!(day_ticks(day(9, 26), TODAY, 7).len(), 7);
    assert_eq!(
        day_ticks(day(9, 22), TODAY, 6),
        [
            day(9, 22),
            day(9, 24),
            day(9, 26),
            day(9, 28),
            day(9, 30),
            day(10, 2)
        ]
    );
    let year = day_ticks(day(1, 1) - Days::new(91), TODAY, 6);
    assert_eq!(year.len(), 6);
    assert!(
        year.iter().all(|day| day.to_string().ends_with("-01")),
        "{year:?}"
    );
}
