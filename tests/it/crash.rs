//! The real binary, killed at any moment and told to stop at the worst.

mod between;
mod frozen;
mod killing;
mod stopping;
