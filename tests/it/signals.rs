//! Stored measurements.

mod deadman;
mod events;
