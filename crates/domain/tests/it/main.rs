#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod latency;
mod refused;
mod rejection;
mod remediation;
mod schedule;
mod signals;
mod slo;

use sovani_domain::Timestamp;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}
