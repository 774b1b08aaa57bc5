//! The real binary, killed at any moment and stopped at the worst.

mod between;
mod frozen;
mod killing;
mod stopping;
