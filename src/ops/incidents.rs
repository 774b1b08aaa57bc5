//! Operations on incidents, and the effects of time.

use std::{collections::HashSet, sync::Arc};

use super::{checks, from_memory::record_unrecorded, noting::note, remediation};
use crate::{
    context::Context,
    detectors::Registry,
    domain::{Check, Decision, End, Event, Incident, Mark, Reason, Who},
    incidents::{self, Happening, Played},
    views::{buttons::DigestPress, incidents::Page},
};

#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    #[error("there is no incident {0}")]
    Unknown(i64),
    #[error("incident {id} is closed already")]
    Closed { id: i64, end: End },
    #[error("incident {id} is acknowledged already")]
    Acknowledged { id: i64, mark: Mark },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// An operation on an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Take responsibility: stops reminders.
    Acknowledge,
    /// Close it. A check that still fails opens a new one.
    Resolve,
}

/// Performs the operation, and returns the incident afterwards.
pub async fn perform(
    cx: &Context,
    id: i64,
    operation: Operation,
    who: Who,
) -> Result<Incident, IncidentError> {
    let Who { by, origin } = who;
    let event = match operation {
        Operation::Acknowledge => Event::Acknowledged(by),
        Operation::Resolve => Event::Resolved(by),
    };
    let played = play(cx, &[Happening::Operation(id, event, origin)]).await?;
    let played = played.into_iter().next();
    let Played {
        incident, decision, ..
    } = played.ok_or(IncidentError::Unknown(id))?;
    let life = &incident.life;
    match (decision, &life.end, &life.acknowledged) {
        (Decision::Refuse(_), Some(end), _) => {
            let end = end.clone();
            Err(IncidentError::Closed { id, end })
        }
        (Decision::Refuse(_), None, Some(mark)) => {
            let mark = mark.clone();
            Err(IncidentError::Acknowledged { id, mark })
        }
        _ => Ok(incident),
    }
}

/// Acknowledges the incidents that a digest showed; later ones were not seen. Returns their number.
pub async fn acknowledge_all(
    cx: &Context,
    DigestPress { digest, growth }: DigestPress,
    who: &Who,
) -> sqlx::Result<usize> {
    let open = cx.db.unacknowledged_in(digest, growth).await?;
    let operations: Vec<Happening<'_>> = open
        .into_iter()
        .map(|id| {
            let event = Event::Acknowledged(who.by.clone());
            Happening::Operation(id, event, who.origin.clone())
        })
        .collect();
    let played = play(cx, &operations).await?;
    let accepted = |played: &&Played| played.decision == Decision::Accept;
    Ok(played.iter().filter(accepted).count())
}

/// The open incidents after the first `offset`, or the last page if there are fewer.
pub async fn open_page(cx: &Context, offset: i64, limit: i64) -> sqlx::Result<Page> {
    let (mut incidents, all) = cx.db.open_page(offset, limit).await?;
    let mut offset = offset;
    if incidents.is_empty() && all > 0 {
        offset = (all - 1) / limit * limit;
        (incidents, _) = cx.db.open_page(offset, limit).await?;
    }
    Ok(Page {
        incidents,
        offset,
        all,
        silences: cx.db.standing_silences(cx.clock.now()).await?,
    })
}

/// Notifies about ended silences, and escalates unacknowledged incidents.
pub async fn tick(cx: &Arc<Context>) -> sqlx::Result<()> {
    record_unrecorded(cx).await;
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    cx.memory.learn_silences(silences.clone());
    let audience = cx.settings.get().audience();
    if incidents::tick_is_due(&cx.db, &audience, &silences, now).await? {
        let played = play(cx, &[Happening::Tick]).await?;
        remedy(cx, &played);
    }
    Ok(())
}

/// Starts the remediations for incidents that opened during a silence and continue after it.
pub(super) fn remedy(cx: &Arc<Context>, played: &[Played]) {
    let opened: Vec<Played> = played
        .iter()
        .filter(|played| played.decision == Decision::Notify(Reason::Opened))
        .cloned()
        .collect();
    if opened.is_empty() {
        return;
    }
    let cx = Arc::clone(cx);
    cx.clone().tasks.spawn(async move {
        let registry = cx.settings.registry();
        for Played {
            incident, alert_id, ..
        } in opened
        {
            let Ok(detector) = registry.find(&incident.source) else {
                continue;
            };
            let check = checks::run_one(&cx, detector).await;
            let stands = |fault: &&Check| fault.fingerprint == incident.fingerprint;
            if check.standing.is_some()
                && let Some(fault) = check.faults().iter().find(stands)
                && let Some(run) =
                    remediation::automatic_run(&cx, detector, fault.clone(), alert_id).await
            {
                run.start(&cx);
            }
        }
    });
}

/// Closes the incidents of detectors that were removed, because no check would ever close them.
pub async fn close_unwatched(cx: &Context, registry: &Registry) -> sqlx::Result<()> {
    let open = cx.db.open_incidents().await?;
    let sources = open.into_iter().map(|incident| incident.source);
    let removed: HashSet<String> = sources.filter(|source| !registry.watches(source)).collect();
    if !removed.is_empty() {
        play(cx, &[Happening::Removed(&removed)]).await?;
    }
    Ok(())
}

async fn play(cx: &Context, happenings: &[Happening<'_>]) -> sqlx::Result<Vec<Played>> {
    let audience = cx.settings.get().audience();
    let played = incidents::play(&cx.db, happenings, &audience, cx.clock.now()).await?;
    for played in &played {
        note(cx, played);
    }
    cx.delivery.mail.notify_one();
    Ok(played)
}
