#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod cli;
mod detectors;
mod jobs;
mod platform;
mod remediation;
mod runbooks;
mod schema;
mod settings;
mod slo;
mod standin;
