//! Decides whether simultaneous notices go out as single messages or as a digest.

use chrono::Duration;

/// Incidents that open within this time of each other count as one storm.
pub const STORM: Duration = Duration::seconds(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Single,
    Digest,
}

/// `calls` of the `notices` are alerts rather than reminders; `recent` incidents alerted within the last [`STORM`].
pub fn grouping(notices: usize, calls: usize, recent: usize, max: usize) -> Grouping {
    let storm = if calls > 0 { notices + recent } else { notices };
    if storm > max {
        Grouping::Digest
    } else {
        Grouping::Single
    }
}
