//! Events of incidents, and their outcomes.

use crate::domain::{Check, Decision, Event, Incident, Origin};

pub enum Happening<'a> {
    Check(&'a Check),
    /// Somebody's act on the incident with this id, and where it came from.
    Deed(i64, Event, Origin),
    /// Time went by.
    Tick,
}

/// The outcome for an incident.
#[derive(Clone, Debug)]
pub struct Played {
    /// The position of the happening that it came from.
    #[allow(dead_code, reason = "the tests tell outcomes apart by it")]
    pub cause: usize,
    /// The incident after everything was played.
    pub incident: Incident,
    pub decision: Decision,
    /// Whether a silence covered it at that moment.
    pub silenced: bool,
    /// The row of `ops_alerts_history`, when the chats are told.
    pub alert_id: Option<i64>,
}
