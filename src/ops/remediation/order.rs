//! The order to run an action.

use crate::{
    actions::{Remedy, remedies},
    detectors::Entry,
    domain::{Check, Mode, Session, Who},
    settings::Settings,
};

/// A remediation to run: the action, the fault and the author.
pub struct Order {
    pub detector: Entry,
    pub remedy: Remedy,
    /// The digest of the ordered action.
    pub seal: String,
    /// The strictest mode for which the given confirmation is sufficient.
    pub assent: Mode,
    /// The fault, if known. Otherwise the detector runs, once the run is recorded.
    pub check: Option<Check>,
    pub alert_id: Option<i64>,
    /// The incident, if known; it may be closed by now.
    pub incident_id: Option<i64>,
    pub who: Who,
    pub session: Option<Session>,
}

impl Order {
    /// Tells if these settings still allow the action, unchanged.
    pub fn holds_under(&self, settings: &Settings) -> bool {
        let remedies = remedies(settings, self.detector.name());
        let mut named = remedies
            .iter()
            .filter(|now| now.name() == self.remedy.name());
        settings.remediation_enabled
            && named.any(|now| now.mode <= self.assent && now.seal(settings) == self.seal)
    }
}
