#![allow(clippy::unwrap_used)]

#[macro_use]
extern crate test_macros;

mod support;

mod alerts;
mod architecture;
mod audit;
mod bot;
mod charts;
mod chat;
mod cli;
mod clock;
mod crash;
mod demo;
mod deploy;
mod detectors;
mod doctor;
mod facts;
mod faults;
mod hostile;
mod http;
mod incident;
mod jobs;
mod language;
mod latency;
mod outbox;
mod own_checks;
mod platform;
mod postgres;
mod registry;
mod remediation;
mod retention;
mod runbooks;
mod schema;
mod secrets;
mod settings;
mod signals;
mod slo;
mod sqlite;
mod storms;
mod views;
