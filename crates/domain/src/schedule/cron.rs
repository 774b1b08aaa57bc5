//! Cron times in a time zone with clock changes.
//!
//! `croner` parses the fields. Clock changes are handled here by the rule of Vixie's cron, from which `croner` differs
//! for lists such as `0,30 2`: a fixed time that is skipped runs once, right after the gap; one that comes twice runs
//! the first time; where the minute or the hour begins with `*`, real time counts. `croner` also does not decide how
//! the two day fields combine: by the same rule both must match if one of them begins with `*` (`*/2` too), otherwise
//! either.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};

use crate::Timestamp;

/// The longest that any zone's clocks have jumped: Samoa left out a day.
const LONGEST_JUMP: Duration = Duration::days(1);
/// 29 February of a given weekday comes back within this, except around a century without a leap year.
const RAREST: Duration = Duration::days(366 * 41);

#[derive(Clone, PartialEq)]
pub struct Cron {
    fields: Box<croner::Cron>,
    /// Fixed times follow the wall clock.
    fixed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCron {
    #[error(
        "expected five fields (minute, hour, day of month, month, day of week) such as 0 2 * * *"
    )]
    Fields,
    #[error("a field is wrong; expected such as 0 2 * * *, */30 * * * * or 15 9-18 * * mon-fri")]
    Field,
    #[error("there is no such day in any year")]
    Never,
}

impl Cron {
    /// The moments from `from` to `to`, both included, at which it is due; oldest first.
    pub fn due(&self, zone: Tz, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let on_the_wall = |moment: Timestamp| moment.utc().with_timezone(&zone).naive_local();
        // After a jump forwards there are skipped times to catch up on; after a jump back the wall clock shows less
        // than before.
        let (first, last) = (
            on_the_wall(from) - LONGEST_JUMP,
            on_the_wall(to) + LONGEST_JUMP,
        );
        let just_before = first - Duration::seconds(1);
        let mut due: Vec<_> = self
            .fields
            .iter_after(just_before.and_utc())
            .map(|wall| wall.naive_utc())
            .take_while(|wall| *wall <= last)
            .flat_map(|wall| self.moments(zone, wall))
            .filter(|moment| (from..=to).contains(moment))
            .collect();
        due.sort_unstable();
        due.dedup();
        due
    }

    /// The moments that this wall-clock time makes due.
    fn moments(&self, zone: Tz, wall: NaiveDateTime) -> impl Iterator<Item = Timestamp> + use<> {
        let shown = zone.from_local_datetime(&wall);
        let again = shown.latest().filter(|_| !self.fixed);
        let moments = match shown.earliest() {
            None if self.fixed => [after_gap(zone, wall), None],
            first => [first, again],
        };
        moments
            .into_iter()
            .flatten()
            .map(|moment| Timestamp::new(moment.to_utc()))
    }
}

/// The end of the gap, for clocks that skip `wall`. They jump at a full minute.
fn after_gap(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Tz>> {
    (1..=LONGEST_JUMP.num_minutes()).find_map(|minutes| {
        zone.from_local_datetime(&(wall + Duration::minutes(minutes)))
            .earliest()
    })
}

impl FromStr for Cron {
    type Err = BadCron;

    fn from_str(text: &str) -> Result<Self, BadCron> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let fields: [&str; 5] = fields.try_into().map_err(|_| BadCron::Fields)?;
        let [minute, hour, day, _, weekday] = fields;
        // The parser ignores empty entries of a list.
        if fields
            .iter()
            .any(|field| field.split(',').any(str::is_empty))
        {
            return Err(BadCron::Field);
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .dom_and_dow(begins_with_star(day) || begins_with_star(weekday))
            .build();
        let pattern = fields.map(spelled_out).join(" ");
        let cron = Self {
            fixed: !begins_with_star(minute) && !begins_with_star(hour),
            fields: Box::new(parser.parse(&pattern).map_err(|_| BadCron::Field)?),
        };
        let epoch = DateTime::<Utc>::UNIX_EPOCH;
        let first = cron.fields.find_next_occurrence(&epoch, true);
        match first {
            Ok(first) if first < epoch + RAREST => Ok(cron),
            _ => Err(BadCron::Never),
        }
    }
}

/// `croner` takes a `*` only for a whole field, cron also as one of a list.
fn spelled_out(field: &str) -> String {
    if !field.contains(',') {
        return field.to_owned();
    }
    let parts = field.split(',').map(|part| match part {
        "*" | "?" => "*/1",
        part => part,
    });
    parts.collect::<Vec<_>>().join(",")
}

/// Some dialects write `?` for `*` in the fields for days.
fn begins_with_star(field: &str) -> bool {
    field.starts_with(['*', '?'])
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fields.pattern.as_str())
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({self})")
    }
}
