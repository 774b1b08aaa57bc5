//! Records what a detector has read in the platform's journals as events of a service level.

use chrono::{Days, NaiveDate};

use super::Scene;
use crate::domain::{Counted, Target, Timestamp};

/// The start of yesterday.
pub fn yesterday(Scene { settings, now, .. }: Scene<'_>) -> Timestamp {
    let calendar = settings.calendar();
    calendar.start_of(calendar.today(now) - Days::new(1))
}

/// The moment from which events are rewritten. Events after the newest recorded one were never seen, for example
/// because the program was stopped; those older than two days are final, and their runs may be deleted.
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
