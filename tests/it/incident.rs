//! The effect of every event on an incident: as tables of cases, as properties, and as stored in a database.

mod at_once;
mod escalating;
mod failing;
mod forms;
mod grouping;
mod observed;
mod operations;
mod passing;
mod presses;
mod properties;
mod reading;
mod silenced;
mod silences;
mod starts;
mod stored;
mod told;
mod world;

use chrono::Duration;
use sovani_ops::domain::{Decision, Reason, Severity, Suppression, Timestamp};

use crate::support::program::moment;

const OPENED: Decision = Decision::Notify(Reason::Opened);
const SILENCE_OVER: Decision = Decision::Notify(Reason::SilenceOver);
const ESCALATED: Decision = Decision::Notify(Reason::Escalated);
const RESOLVED: Decision = Decision::Notify(Reason::Resolved);
const BELOW_MINIMUM: Decision = Decision::Suppress(Suppression::BelowMinimum);
const ACKNOWLEDGED: Decision = Decision::Suppress(Suppression::Acknowledged);
const UNTOLD: Decision = Decision::Suppress(Suppression::Untold);
const NOTHING_DUE: Decision = Decision::Suppress(Suppression::NothingDue);
const CLOSED: Decision = Decision::Suppress(Suppression::Closed);

fn noon() -> Timestamp {
    moment("2025-10-02 09:00:00")
}

/// So many seconds after noon.
fn at(seconds: i64) -> Timestamp {
    noon() + Duration::seconds(seconds)
}

fn worsened(from: Severity) -> Decision {
    Decision::Notify(Reason::Worsened { from })
}

fn reminder(number: u32) -> Decision {
    Decision::Notify(Reason::Reminder { number })
}

fn repeated(until: i64) -> Decision {
    let until = at(until);
    Decision::Suppress(Suppression::Repeated { until })
}

fn silenced(until: i64) -> Decision {
    let until = at(until);
    Decision::Suppress(Suppression::Silenced { until })
}

fn passing(passes: u32) -> Decision {
    Decision::Suppress(Suppression::Passing { passes })
}
