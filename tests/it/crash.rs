//! The real binary, killed at any moment and told to stop at the worst.

mod between;
mod killing;
mod stopping;
