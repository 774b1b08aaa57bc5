//! The ops bot of the SoVAni platform.

pub mod actions;
pub mod clock;
pub mod context;
pub mod db;
pub mod detectors;
pub mod domain;
pub mod memory;
pub mod metrics;
pub mod ops;
pub mod outbox;
pub mod settings;
pub mod telegram;
pub mod views;
