//! The order to run an action.

use crate::{
    actions::{Remedy, remedies},
    detectors::Detector,
    domain::{Check, Mode, Session, Who},
    settings::Settings,
};

/// What is to be run, for which fault, and who says so.
pub struct Order {
    pub detector: &'static Detector,
    pub remedy: Remedy,
    /// The deed that was ordered.
    pub seal: String,
    /// The strictest mode under which the assent that was given is enough.
    pub assent: Mode,
    /// The fault, where it is known. Else the detector looks, once the run is on record.
    pub check: Option<Check>,
    pub alert_id: Option<i64>,
    /// Where it was known when this was ordered; the incident may be over by now.
    pub incident_id: Option<i64>,
    pub who: Who,
    pub session: Option<Session>,
}

impl Order {
    /// Tells if these settings would still have it done, and done like this.
    pub fn holds_under(&self, settings: &Settings) -> bool {
        let remedies = remedies(settings, self.detector.name);
        let mut named = remedies
            .iter()
            .filter(|now| now.name() == self.remedy.name());
        settings.remediation_enabled
            && named.any(|now| now.mode <= self.assent && now.seal(settings) == self.seal)
    }
}
