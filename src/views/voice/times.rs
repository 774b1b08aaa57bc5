//! Moments and lengths of time, in words.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};

use super::{Voice, say};
use crate::{db::WrittenMoment, domain::Timestamp};

/// From this age on, hours are left out.
const DAYS_ALONE_FROM: i64 = 3;

impl Voice {
    /// `12 min ago`; what lies ahead, as after a clock was set back, is "just now".
    pub fn ago(&self, at: Timestamp) -> String {
        let since = self.now.since(at);
        if since.num_minutes() == 0 {
            return say!(self, "just-now");
        }
        let whole = if since.num_days() >= DAYS_ALONE_FROM {
            Duration::days(since.num_days())
        } else {
            Duration::minutes(since.num_minutes())
        };
        say!(self, "ago", duration = self.duration(whole))
    }

    /// `2 min ago (12:10)`.
    pub fn ago_and_when(&self, at: Timestamp) -> String {
        say!(
            self,
            "ago-and-when",
            ago = self.ago(at),
            moment = self.moment(at)
        )
    }

    /// The same for a column that other programs write, which may hold no moment.
    pub fn ago_and_when_written(&self, written: &WrittenMoment) -> String {
        match written {
            Ok(at) => self.ago_and_when(*at),
            Err(text) => text.clone(),
        }
    }

    /// As the operators' clocks show it: `12:05` if it is of today, else with the date.
    pub fn moment(&self, at: Timestamp) -> String {
        self.on_the_wall(at.utc().with_timezone(&self.zone).naive_local())
    }

    /// The same for a local time.
    pub fn on_the_wall(&self, local: NaiveDateTime) -> String {
        let time = local.format("%H:%M").to_string();
        if local.date() == self.today() {
            time
        } else {
            say!(self, "moment", day = self.day(local.date()), time = time)
        }
    }

    /// `2 Oct`, with the year if it is not this one.
    pub fn day(&self, day: NaiveDate) -> String {
        if day.year() == self.today().year() {
            return self.day_of_month(day);
        }
        let (number, year) = (day.day().to_string(), day.year().to_string());
        let month = say!(self, "month", number = day.month());
        say!(
            self,
            "day-of-a-year",
            day = number,
            month = month,
            year = year
        )
    }

    /// `2 Oct`, without the year.
    pub fn day_of_month(&self, day: NaiveDate) -> String {
        let number = day.day().to_string();
        let month = say!(self, "month", number = day.month());
        say!(self, "day", day = number, month = month)
    }

    /// In its two largest units: `2 d 4 h`, `12 min 5 s`.
    pub fn duration(&self, length: Duration) -> String {
        let units = [
            (length.num_days(), "duration-days"),
            (length.num_hours() % 24, "duration-hours"),
            (length.num_minutes() % 60, "duration-minutes"),
            (length.num_seconds() % 60, "duration-seconds"),
        ];
        let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(3);
        let shown: Vec<String> = units[first..]
            .iter()
            .take(2)
            .filter(|(count, _)| *count > 0)
            .map(|(count, key)| say!(self, key, count = *count))
            .collect();
        if shown.is_empty() {
            say!(self, "duration-none")
        } else {
            shown.join(" ")
        }
    }

    fn today(&self) -> NaiveDate {
        self.now.utc().with_timezone(&self.zone).date_naive()
    }
}
