//! How fast something grows.

use chrono::Duration;

use super::{Timestamp, median::median};

/// A shorter trend depends on the time of day more than on the growth.
const SHORTEST: Duration = Duration::hours(6);
/// Most of a day's growth comes at night, so each sample is compared with the one 24 hours before.
const APART: Duration = Duration::hours(24);
const HOUR: i64 = 3_600;
const DAY: f64 = 86_400.0;

/// Growth per day: the median of the growth over 24 hours, for windows starting at each hour; for samples that span
/// less, the growth over their span. A single step, such as a vacuum, hardly changes it. `None` while the samples,
/// oldest first, span too little time.
#[expect(clippy::cast_precision_loss, reason = "sizes")]
pub fn growth_per_day(samples: &[(Timestamp, i64)]) -> Option<f64> {
    let (first, _) = samples.first()?;
    let (last, _) = samples.last()?;
    let span = last.since(*first);
    if span < SHORTEST {
        return None;
    }
    let apart = span.min(APART);
    let mut later = samples.iter().peekable();
    let mut rates = Vec::new();
    let mut hour = None;
    for (at, size) in samples {
        let this_hour = at.utc().timestamp().div_euclid(HOUR);
        if hour.replace(this_hour) == Some(this_hour) {
            continue;
        }
        while later.next_if(|(then, _)| then.since(*at) < apart).is_some() {}
        let Some((then, grown)) = later.peek() else {
            break;
        };
        let days = then.since(*at).as_seconds_f64() / DAY;
        rates.push((grown - size) as f64 / days);
    }
    median(rates)
}

/// Days until `size` reaches `limit` at this rate; `None` if it never does or already has.
pub fn days_until(size: f64, limit: f64, per_day: f64) -> Option<f64> {
    (size < limit && per_day > 0.0).then(|| (limit - size) / per_day)
}
