//! Limits on automatic runs of remediations, and their retries.

mod permits;
mod retries;
