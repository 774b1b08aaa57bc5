//! Anomalies, and the generated series that they are measured on.

mod calendar;
mod forecasts;
mod generator;
mod measure;
mod quality;
mod rates;
mod reporting;
mod watching;
mod weeks;
mod worth;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Figures of consecutive days.
fn daily(from: &str, figures: &[f64]) -> BTreeMap<NaiveDate, f64> {
    (0..)
        .map(|age| day(from) + Days::new(age))
        .zip(figures.iter().copied())
        .collect()
}
