#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

mod architecture;
mod bot;
mod http;
mod platform;
mod runbooks;
mod schema;
mod standin;
mod views;
