//! The bar: faults found and false alarms on seeds that the constants were not tuned on.
//!
//! Tuning took the seeds from 1000 to 1149. The whole measurement:
//! `cargo test -p sovani-domain -- --ignored --nocapture planted_faults`.

use std::ops::Range;

use sovani_domain::signals::{Limits, chance_of, judge};

use super::{
    generator::{MEANS, series},
    measure::{Measured, told},
};

const REPORTED: Range<u64> = 700_000..700_200;
/// A few of those, for each run of the tests.
const FEW: Range<u64> = 700_000..700_012;

fn measure(seeds: &Range<u64>) -> [Measured; 3] {
    MEANS.map(|mean| Measured::of(mean, seeds.clone(), told))
}

fn together(by_mean: &[Measured; 3]) -> Measured {
    by_mean.iter().fold(Measured::default(), Measured::and)
}

#[test]
fn a_few_series_show_most_of_their_planted_faults_and_few_false_alarms() {
    let by_mean = measure(&FEW);
    let all = together(&by_mean);
    assert!(all.recall() >= 0.60, "{all}");
    assert!(by_mean[2].recall() >= 0.85, "{}", by_mean[2]);
    assert!(all.false_alarms() <= 2.5, "{all}");
}

#[test]
#[ignore = "some seconds; the figures to report"]
fn planted_faults_are_found_within_two_days_at_two_false_alarms_a_year() {
    let by_mean = measure(&REPORTED);
    let all = together(&by_mean);
    for (mean, measured) in MEANS.iter().zip(&by_mean) {
        println!("{mean:>4} a day: {measured}");
    }
    println!("all: {all}");
    assert!(all.recall() >= 0.60, "{all}");
    assert!(by_mean[2].recall() >= 0.90, "{}", by_mean[2]);
    for measured in by_mean.iter().chain([&all]) {
        assert!(measured.false_alarms() <= 2.0, "{measured}");
    }
}

#[test]
fn the_chance_of_a_score_is_that_of_published_tables() {
    // Student's distribution, ten degrees of freedom, both sides.
    for (score, p) in [
        (0.0, 1.0),
        (1.372, 0.2),
        (1.812, 0.1),
        (2.764, 0.02),
        (3.169, 0.01),
        (4.144, 0.002),
        (4.587, 0.001),
    ] {
        let found = chance_of(score);
        assert!((found / p - 1.0).abs() < 0.002, "{score}: {found}");
    }
}

#[test]
fn quiet_days_seldom_have_a_small_p() {
    for mean in MEANS {
        let (mut quiet, mut below) = (0.0, [0.0; 3]);
        let limits_of_p = [0.01, 0.003, 0.001];
        for seed in 500_000..500_030 {
            let series = series(seed, mean);
            for judged in judge(
                &series.days,
                |day| series.calendar.contains(&day),
                &Limits::of_events(0.0),
            ) {
                if judged.day < series.first || series.near_a_fault(judged.day) {
                    continue;
                }
                quiet += 1.0;
                for (below, limit) in below.iter_mut().zip(limits_of_p) {
                    *below += f64::from(u8::from(judged.p <= limit));
                }
            }
        }
        for (below, limit) in below.iter().zip(limits_of_p) {
            assert!(
                below / quiet <= limit * 1.4,
                "{mean} a day: {} of p <= {limit}",
                below / quiet
            );
        }
    }
}
