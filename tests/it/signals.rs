//! What is measured, as it is kept.

mod events;
