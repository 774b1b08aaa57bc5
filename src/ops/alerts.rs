//! From checks to the chats: the checks of a sweep become incidents and notifications.

use super::{from_memory, noting::note};
use crate::{
    context::Context,
    db::is_outage,
    domain::{Audience, Check},
    incidents::{self, Happening, Taken, outcomes},
};

/// Takes in finished checks, all at once: their incidents open, repeat or close, and the chats are notified when there is
/// a reason. Returns the outcome for each of their faults.
pub async fn take<'a>(cx: &Context, checks: &'a [Check]) -> Vec<(&'a Check, Taken)> {
    let audience = cx.settings.get().audience();
    match take_into_database(cx, checks, &audience).await {
        Ok(taken) => taken,
        Err(error) if is_outage(&error) || checks.len() == 1 => {
            tracing::error!(%error, "checks cannot be written down");
            let mut taken = Vec::with_capacity(checks.len());
            for fault in checks.iter().flat_map(Check::faults) {
                taken.push((fault, from_memory::take(cx, fault, &audience).await));
            }
            taken
        }
        // A check that cannot be stored must not hold the others back.
        Err(error) => {
            tracing::error!(%error, "checks cannot be written down together");
            let mut taken = Vec::with_capacity(checks.len());
            for check in checks {
                taken.extend(Box::pin(take(cx, std::slice::from_ref(check))).await);
            }
            taken
        }
    }
}

async fn take_into_database<'a>(
    cx: &Context,
    checks: &'a [Check],
    audience: &Audience,
) -> sqlx::Result<Vec<(&'a Check, Taken)>> {
    let happenings: Vec<Happening<'_>> = checks.iter().map(Happening::Check).collect();
    let played = incidents::play(&cx.db, &happenings, audience, cx.clock.now()).await?;
    for played in &played {
        note(cx, played);
    }
    cx.delivery.mail.notify_one();
    Ok(outcomes(checks, &played))
}
