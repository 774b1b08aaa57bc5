use chrono::{Days, Duration, MappedLocalTime, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::{Span, Timestamp};

/// How far ahead something can be planned.
const FURTHEST: Duration = Duration::days(90);

/// How far in the past a program's "now" may lie, because of clock differences and the time a request takes.
const TOLERANCE: Duration = Duration::minutes(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a start that has not passed, within 90 days")]
pub struct BadStart;

/// A start given by a program; one in the last minute counts as now.
pub fn planned_start(at: Timestamp, now: Timestamp) -> Result<Timestamp, BadStart> {
    if at >= now - TOLERANCE && at <= now + FURTHEST {
        Ok(at.max(now))
    } else {
        Err(BadStart)
    }
}

/// A start typed by a person: `+3h` from now, `22:00` at its next occurrence, or `2026-01-31T22:00`. `None` if it is
/// unreadable, past, or too far ahead.
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

/// A skipped local time is moved an hour later; an ambiguous one has two candidates.
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
