//! Assigns runs to ticks.

use std::iter::Peekable;

use chrono::Duration;

use super::{JobRun, early};
use crate::Timestamp;

/// A tick with the runs that belong to it.
pub struct Slot<'a> {
    pub due: Timestamp,
    /// The next tick, if it is known.
    pub next: Option<Timestamp>,
    pub runs: Vec<&'a JobRun>,
}

pub fn by_times<'a>(
    times: &[Timestamp],
    mut runs: Peekable<impl Iterator<Item = &'a JobRun>>,
) -> Vec<Slot<'a>> {
    let ready = |at: usize| {
        let due = *times.get(at)?;
        let gap = at.checked_sub(1).map(|before| due.since(times[before]));
        Some(due - early(gap.unwrap_or(Duration::MAX)))
    };
    // Runs that started before the first tick belong to an earlier one.
    while runs
        .next_if(|run| ready(0).is_some_and(|ready| run.started_at < ready))
        .is_some()
    {}
    let mut slots = Vec::with_capacity(times.len());
    for (at, due) in times.iter().enumerate() {
        let mut own = Vec::new();
        while let Some(run) =
            runs.next_if(|run| ready(at + 1).is_none_or(|ready| run.started_at < ready))
        {
            own.push(run);
        }
        slots.push(Slot {
            due: *due,
            next: times.get(at + 1).copied(),
            runs: own,
        });
    }
    slots
}

pub fn by_period<'a>(
    period: Duration,
    mut runs: Peekable<impl Iterator<Item = &'a JobRun>>,
    from: Timestamp,
    now: Timestamp,
) -> Vec<Slot<'a>> {
    let early = early(period);
    let mut due = match runs.peek() {
        Some(first) => first.started_at,
        None => first_multiple(period, from),
    };
    let mut slots = Vec::new();
    while due <= now || runs.peek().is_some() {
        let ready = due + period - early;
        let Some(run) = runs.next_if(|run| run.started_at < ready) else {
            let awaited = runs.peek().map_or(now, |run| run.started_at);
            slots.push(Slot {
                due,
                next: Some(due + period),
                runs: Vec::new(),
            });
            // Skips the silent time before `from`, which may be years.
            due = due + period * whole(period, from.min(awaited).since(due)).max(1);
            continue;
        };
        let due_or_early = if run.started_at < due - early {
            run.started_at
        } else {
            due
        };
        let mut own = vec![run];
        let mut last = run;
        while let Some(retry) = runs.next_if(|next| {
            next.started_at == last.started_at
                || (next.started_at < last.started_at + period - early
                    && last.failed_by(next.started_at))
        }) {
            own.push(retry);
            last = retry;
        }
        due = last.started_at + period;
        slots.push(Slot {
            due: due_or_early,
            next: Some(due),
            runs: own,
        });
    }
    slots
}

/// A job that has never run has no start to count from. Counting from a fixed moment gives the same ticks each time.
fn first_multiple(period: Duration, from: Timestamp) -> Timestamp {
    let epoch = Timestamp::from_naive_utc(chrono::DateTime::UNIX_EPOCH.naive_utc());
    let before = epoch + period * whole(period, from.since(epoch));
    if before < from {
        before + period
    } else {
        before
    }
}

fn whole(period: Duration, length: Duration) -> i32 {
    let periods = length.num_seconds() / period.num_seconds().max(1);
    i32::try_from(periods).unwrap_or(i32::MAX)
}
