//! The pure part: what things are and what is decided about them. No database, no network, no clock.

mod timestamp;

pub use timestamp::Timestamp;
