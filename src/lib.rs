//! The ops bot of the SoVAni platform.

pub mod actions;
pub mod bot;
pub mod cli;
pub mod clock;
pub mod context;
pub mod db;
pub mod demo;
pub mod detectors;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod memory;
pub mod metrics;
pub mod ops;
pub mod outbox;
pub mod program;
pub mod settings;
pub mod standin;
pub mod telegram;
pub mod views;
