//! The bar: faults found and false alarms on seeds that the constants were not tuned on.
//!
//! Tuning took the seeds from 1000 to 1149. The whole measurement:
//! `cargo test -p sovani-domain -- --ignored --nocapture planted_faults`.

use std::ops::Range;

use super::{
    generator::MEANS,
    measure::{Measured, told},
};

const REPORTED: Range<u64> = 500_000..500_200;
/// A few of those, for each run of the tests.
const FEW: Range<u64> = 500_000..500_012;

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
