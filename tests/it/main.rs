#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod bot;
mod platform;
mod runbooks;
mod schema;
mod standin;
mod views;
