//! Events of incidents, and their outcomes.

use std::collections::HashSet;

use crate::domain::{Check, Decision, Event, Incident, Origin};

pub enum Happening<'a> {
    Check(&'a Check),
    /// An operation on the incident with this id, and its origin.
    Operation(i64, Event, Origin),
    /// Time went by.
    Tick,
    /// The incidents of these detectors are judged by nothing any more.
    Removed(&'a HashSet<String>),
}

/// The outcome for an incident.
#[derive(Clone, Debug)]
pub struct Played {
    /// The incident after all events.
    pub incident: Incident,
    pub decision: Decision,
    /// Tells if a silence covered it at that moment.
    pub silenced: bool,
    /// The row of `ops_alerts_history`, if the chats are notified.
    pub alert_id: Option<i64>,
}
