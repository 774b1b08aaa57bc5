//! The detectors' results: for a sample, and for a database with known contents.

// Every file of the folder.
automod::dir!("tests/it/detectors");

use chrono::NaiveDate;
use serde_json::Value;
use sovani_ops::domain::Verdict;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn extra(verdict: &Verdict, name: &str) -> Value {
    verdict.extras[name].clone()
}
