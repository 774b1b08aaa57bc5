//! The detectors' results: for a sample, and for a database with known contents.

mod cash;
mod growth;
mod ingestion;
mod ingestion_runs;
mod judgements;
mod many_names;
mod odd_values;
mod on_a_platform;
mod own_runs;
mod schedules;
mod schedules_recorded;
mod several;
mod tables;
mod troubles;

use chrono::NaiveDate;
use serde_json::Value;
use sovani_ops::domain::Verdict;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn extra(verdict: &Verdict, name: &str) -> Value {
    verdict.extras[name].clone()
}
