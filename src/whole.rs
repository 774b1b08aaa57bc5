//! The library's modules as a binary, for the lint of dead code alone: in a library all that is public counts as used.
//! `cargo check --features whole --bin whole` looks; nothing is built from it.

#![deny(dead_code)]
#![allow(
    unused_imports,
    reason = "some names are passed on for the tests alone"
)]

use bot_api_standin as standin;
use sovani_domain as domain;

mod actions;
mod backup;
mod bot;
mod charts;
mod cli;
mod clock;
mod context;
mod db;
mod demo;
mod detectors;
mod disk;
mod doctor;
mod facts;
mod held_lease;
mod http;
mod incidents;
mod jobs;
mod live;
mod metrics;
mod ops;
mod outbox;
mod program;
mod service_manager;
mod settings;
mod setup;
mod small_file;
mod telegram;
mod trends;
mod trust;
mod views;
mod watchdog;
mod web;

fn main() -> std::process::ExitCode {
    cli::main()
}
