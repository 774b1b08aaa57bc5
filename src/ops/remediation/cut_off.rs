//! Remediations that an alert called for but that never started, because the process was killed.

use std::{collections::HashSet, sync::atomic::Ordering};

use crate::{
    context::Context,
    detectors,
    domain::{Check, Fingerprint, Incident, Silence},
};

/// Faults without a remediation or proposal since their incidents opened.
#[derive(Default)]
pub struct CutOff(HashSet<Fingerprint>);

impl CutOff {
    /// Tells if the check found such a fault again.
    pub fn finds(&self, fault: &Check) -> bool {
        fault.failed() && fault.standing.is_some() && self.0.contains(&fault.fingerprint)
    }
}

/// Collected by the first sweep after another process's, before its own alerts. Acknowledged and silenced incidents are
/// left out.
pub async fn cut_off(cx: &Context) -> CutOff {
    if !cx.sweeps.takes_over.swap(false, Ordering::Relaxed) {
        return CutOff::default();
    }
    look(cx).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what was not remedied before the start is not known yet");
        cx.sweeps.takes_over.store(true, Ordering::Relaxed);
        CutOff::default()
    })
}

async fn look(cx: &Context) -> sqlx::Result<CutOff> {
    let now = cx.clock.now();
    let silences = cx.db.standing_silences(now).await?;
    let mut open = cx.db.open_incidents().await?;
    open.retain(|incident| {
        incident.life.acknowledged.is_none() && Silence::of(&silences, incident, now).is_none()
    });
    let mut found = HashSet::new();
    for Incident {
        source,
        fingerprint,
        life,
        ..
    } in open
    {
        if !detectors::has_no_remedy(&source, &fingerprint)
            && !cx.db.was_answered(&source, life.opened_at).await?
        {
            found.insert(fingerprint);
        }
    }
    Ok(CutOff(found))
}
