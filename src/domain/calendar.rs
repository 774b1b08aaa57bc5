use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::Timestamp;

/// The platform's days: which one is today, and whose sales must have arrived by now.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    pub zone: Tz,
    /// A day's sales are due at this time of the next day.
    pub ingest_due: NaiveTime,
}

impl Calendar {
    pub fn today(&self, now: Timestamp) -> NaiveDate {
        now.utc().with_timezone(&self.zone).date_naive()
    }

    /// The newest day whose sales are due. Later days without rows are pending, not missing.
    pub fn last_due_day(&self, now: Timestamp) -> NaiveDate {
        let local = now.utc().with_timezone(&self.zone).naive_local();
        let age = if local.time() >= self.ingest_due {
            1
        } else {
            2
        };
        local.date() - Days::new(age)
    }
}
