use chrono::{Days, Duration, MappedLocalTime, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::{Span, Timestamp};

/// How far ahead something can be planned.
const FURTHEST: Duration = Duration::days(90);

/// What a program's "now" may lie behind: its clock is not this one, and a request takes its time.
const TOLERANCE: Duration = Duration::minutes(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a start that has not passed, within 90 days")]
pub struct BadStart;

/// A start that a program gives; one that has just passed is now.
pub fn planned_start(at: Timestamp, now: Timestamp) -> Result<Timestamp, BadStart> {
    if at >= now - TOLERANCE && at <= now + FURTHEST {
        Ok(at.max(now))
    } else {
        Err(BadStart)
    }
}

/// A start as people type it: `+3h` from now, `22:00` the next time the clock shows that, or `2026-01-31T22:00`.
/// `None` for what cannot be read, has passed, or is too far off.
pub fn starting(text: &str, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let at = if let Some(span) = text.strip_prefix('+') {
        now + span.parse::<Span>().ok()?.duration()
    } else if let Ok(time) = NaiveTime::parse_from_str(text, "%H:%M") {
        next(time, now, zone)?
    } else {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
        moments(local, zone).find(|at| *at > now)?
    };
    (at > now && at <= now + FURTHEST).then_some(at)
}

/// Today or tomorrow.
fn next(time: NaiveTime, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let today = now.utc().with_timezone(&zone).date_naive();
    [today, today + Days::new(1)]
        .into_iter()
        .flat_map(|day| moments(day.and_time(time), zone))
        .find(|at| *at > now)
}

/// A time that the clocks skip is taken an hour later, one that they show twice may be meant either time.
fn moments(local: NaiveDateTime, zone: Tz) -> impl Iterator<Item = Timestamp> {
    let later = || local.checked_add_signed(Duration::hours(1));
    let found = match zone.from_local_datetime(&local) {
        MappedLocalTime::None => later().map(|later| zone.from_local_datetime(&later)),
        found => Some(found),
    };
    let (first, second) = found.map_or((None, None), |found| (found.earliest(), found.latest()));
    first
        .into_iter()
        .chain(second)
        .map(|at| Timestamp::new(at.to_utc()))
}
