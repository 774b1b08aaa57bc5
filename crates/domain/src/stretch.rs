//! Intervals in which something was counted, and the day that their counts belong to.

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone};

use super::{Calendar, Timestamp};

/// An interval whose events are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    /// The day that its events belong to.
    pub day: NaiveDate,
    /// Longer than the window, so its events cannot be dated more precisely.
    pub long: bool,
}

impl Stretch {
    /// The stretch between two readings of counters. `None` if its events could belong to several days.
    ///
    /// A stretch of at most `longest` that spans midnight belongs to the day on which it ends; the day before loses a
    /// few minutes. A longer one has a day only if it lies within it.
    pub fn between(
        from: Timestamp,
        to: Timestamp,
        calendar: &Calendar,
        longest: Duration,
    ) -> Option<Self> {
        let long = to.since(from) > longest;
        let day = calendar.today(to);
        (!long || calendar.today(from) == day).then_some(Self {
            from,
            to,
            day,
            long,
        })
    }

    /// The moment that its events are recorded at. Events of many hours must not look recent.
    pub fn moment(&self) -> Timestamp {
        if self.long {
            self.from + self.to.since(self.from) / 2
        } else {
            self.to
        }
    }
}

/// Splits the time from `since` to `now` for a source that can count any interval: at midnights, so that each day has
/// its own, and where the current `window` begins. Each part has at least `shortest`; a shorter one is merged into the
/// next, and a short rest at the end is left for the next call.
pub fn stretches(
    since: Timestamp,
    now: Timestamp,
    calendar: &Calendar,
    window: Duration,
    shortest: Duration,
) -> Vec<Stretch> {
    let mut cuts = midnights(since, now, calendar);
    let current = now - window;
    if cuts.iter().all(|cut| apart(*cut, current) >= shortest) {
        cuts.push(current);
        cuts.sort_unstable();
    }
    cuts.push(now);
    let mut from = since;
    let mut stretches = Vec::new();
    for to in cuts {
        if to < from || to.since(from) < shortest {
            continue;
        }
        stretches.push(Stretch {
            from,
            to,
            // A stretch that ends at midnight is of the day that ends there.
            day: calendar.today(to - Duration::microseconds(1)),
            long: to.since(from) > window,
        });
        from = to;
    }
    stretches
}

fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.since(other).max(other.since(one))
}

/// The beginnings of days after `since` and before `now`.
fn midnights(since: Timestamp, now: Timestamp, calendar: &Calendar) -> Vec<Timestamp> {
    let days = calendar.today(since).iter_days().skip(1);
    days.take_while(|day| *day <= calendar.today(now))
        .filter_map(|day| {
            let midnight = day.and_time(NaiveTime::MIN);
            // Where clocks are put forward at midnight, the day begins an hour later.
            let local = calendar.zone.from_local_datetime(&midnight).earliest();
            let local = local.or_else(|| {
                let later = midnight + Duration::hours(1);
                calendar.zone.from_local_datetime(&later).earliest()
            });
            local.map(|local| Timestamp::new(local.to_utc()))
        })
        .filter(|midnight| since < *midnight && *midnight < now)
        .collect()
}
