//! Spans of time over which something was counted, and what their counts may be used for.

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone};

use super::{Calendar, Timestamp};

/// A span of time whose events are counted as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    /// The day that its events belong to.
    pub day: NaiveDate,
    /// Longer than can be told apart within.
    pub long: bool,
}

impl Stretch {
    /// Between two looks at counters. `None` if nobody knows which of several days its events belong to.
    ///
    /// A stretch of no more than `longest` over midnight belongs to the day on which it ends: the day before loses a few
    /// minutes to it. A longer one has a day only if it lies within it.
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

    /// The moment that its events are told to have been at. Hours of them must not seem to have come just now.
    pub fn moment(&self) -> Timestamp {
        if self.long {
            self.from + self.to.since(self.from) / 2
        } else {
            self.to
        }
    }
}

/// Cuts the time from `since` to `now` for a source that can count any part of it: at the midnights, so that each day has
/// its own, and where the current `window` begins. A part has at least `shortest`: one that is shorter goes with the
/// next, and what is left at the end is for the next time.
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
            // Where the clocks are put forward at midnight the day begins an hour later.
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
