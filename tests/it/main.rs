#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod alerts;
mod crash;
mod incident;
mod outbox;
mod platform;
mod runbooks;
mod schema;
mod secrets;
mod standin;
