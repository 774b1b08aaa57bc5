//! What is measured, as it is kept.

mod deadman;
mod events;
