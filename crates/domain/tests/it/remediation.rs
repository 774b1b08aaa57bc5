//! When a remedy may run by itself, and when it is tried again.

mod permits;
mod retries;
