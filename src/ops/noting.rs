//! Remembers and logs the outcomes for incidents.

use crate::{
    context::Context,
    domain::{Decision, Incident, Reason, Suppression},
    incidents::Played,
};

/// Logs the outcome for an incident, and remembers it for outages.
pub fn note(cx: &Context, played: &Played) {
    let incident = &played.incident;
    cx.memory.learn(incident);
    match played.decision {
        Decision::Notify(Reason::Resolved) | Decision::Suppress(Suppression::Untold) => {
            tracing::info!(source = incident.source, fingerprint = %incident.fingerprint, "an incident closed");
        }
        Decision::Notify(reason) => log_notice(incident, reason),
        Decision::Suppress(suppression) => count_suppressed(cx, incident, suppression),
        Decision::Accept | Decision::Refuse(_) => {}
    }
}

pub fn log_notice(incident: &Incident, reason: Reason) {
    tracing::warn!(
        source = incident.source,
        severity = %incident.life.severity,
        %reason,
        text = incident.message,
        "alert"
    );
}

pub fn count_suppressed(cx: &Context, incident: &Incident, suppression: Suppression) {
    if let Suppression::Repeated { .. } = suppression {
        cx.metrics
            .alerts_deduplicated_total
            .with_label_values(&[cx.settings.registry().label(&incident.source)])
            .inc();
    }
}
