//! Whether the notices of one moment go out each in a message of its own, or together in a digest.

use chrono::Duration;

/// Incidents that open within this time of each other count as one storm.
pub const STORM: Duration = Duration::seconds(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Single,
    Digest,
}

/// `notices` of one moment, some of which call for somebody; `recent` incidents were called within [`STORM`] before.
pub fn grouping(notices: usize, calls: usize, recent: usize, max: usize) -> Grouping {
    let storm = if calls > 0 { notices + recent } else { notices };
    if storm > max {
        Grouping::Digest
    } else {
        Grouping::Single
    }
}
