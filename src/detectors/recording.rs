//! Writing down, as the events of a service level, what a detector has read in the platform's journals.

use chrono::{Days, NaiveDate};

use super::Scene;
use crate::domain::{Counted, Target, Timestamp};

/// When yesterday began.
pub fn yesterday(Scene { settings, now, .. }: Scene<'_>) -> Timestamp {
    let calendar = settings.calendar();
    calendar.start_of(calendar.today(now) - Days::new(1))
}

/// From when on the events are written anew. What came after the newest of them was never seen, as while this
/// program stood still; what is older than two days is settled, and its runs may be gone by now.
pub async fn recorded_from(scene: Scene<'_>, target: Target) -> sqlx::Result<Timestamp> {
    let Scene {
        db, settings, now, ..
    } = scene;
    let calendar = settings.calendar();
    let farthest = calendar.today(now) - Days::new(settings.slo_period_days.into());
    let newest = db.newest_event(target).await?;
    let day = newest.map_or(farthest, |newest| calendar.today(newest).max(farthest));
    Ok(calendar.start_of(day).min(yesterday(scene)))
}

/// The platform may be busy writing; what cannot be written now is written by the next check.
pub async fn record(
    Scene { db, settings, .. }: Scene<'_>,
    target: Target,
    from: Timestamp,
    events: impl Iterator<Item = (Timestamp, Counted)>,
) {
    let calendar = settings.calendar();
    let events: Vec<(Timestamp, NaiveDate, Counted)> = events
        .map(|(at, counted)| (at, calendar.today(at), counted))
        .collect();
    if let Err(error) = db.replace_sli(target, from, &events).await {
        tracing::warn!(%error, %target, "events cannot be recorded yet");
    }
}
