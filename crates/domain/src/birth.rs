//! The time at which a process began.

use serde::{Deserialize, Serialize};

/// The start time of the process behind a page, if the page has it; in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Birth {
    /// `process_start_time_seconds`
    pub started: Option<f64>,
    /// The earliest `_created` of the histogram's series. It moves when a series is removed.
    pub created: Option<f64>,
}

impl Birth {
    pub fn is_unknown(&self) -> bool {
        self.started.or(self.created).is_none()
    }
}
