use chrono::{Days, Duration, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::Timestamp;

/// Clocks have been set forward by a day at most, and by whole quarters of an hour.
const LONGEST_GAP_MINUTES: u32 = 25 * 60;
const GAP_STEP_MINUTES: usize = 15;

/// The platform's days: which day is today, and up to which day sales must have arrived.
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

    /// The start of the day. If the clock skips midnight, the day starts with the first moment after the gap; if
    /// midnight comes twice, the first one counts.
    pub fn start_of(&self, day: NaiveDate) -> Timestamp {
        let midnight = day.and_time(NaiveTime::MIN);
        let steps = (0..LONGEST_GAP_MINUTES).step_by(GAP_STEP_MINUTES);
        let start = steps
            .map(|minutes| midnight + Duration::minutes(i64::from(minutes)))
            .find_map(|local| self.zone.from_local_datetime(&local).earliest());
        start.map_or_else(
            || Timestamp::from_naive_utc(midnight),
            |start| Timestamp::new(start.to_utc()),
        )
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
