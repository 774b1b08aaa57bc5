#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod alerts;
mod architecture;
mod bot;
mod http;
mod incident;
mod platform;
mod runbooks;
mod schema;
mod standin;
mod views;
