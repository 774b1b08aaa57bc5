//! The time at which a process began.

use serde::{Deserialize, Serialize};

/// When the process began that a page is of, as far as the page tells; in seconds since 1970.
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
