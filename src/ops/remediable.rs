//! The incident that an action remedies.

use crate::{context::Context, detectors, domain::Incident};

/// The given open incident of the detector, or else its newest one. Incidents about error budgets are left out, because
/// no action remedies them.
pub async fn to_be_remedied(
    cx: &Context,
    detector: &str,
    is_meant: impl Fn(&Incident) -> bool,
) -> sqlx::Result<Option<i64>> {
    let mut open = cx.db.open_incidents().await?;
    open.retain(|incident| {
        incident.source == detector && !detectors::has_no_remedy(detector, &incident.fingerprint)
    });
    let meant = open.iter().find(|incident| is_meant(incident));
    let newest = || open.iter().max_by_key(|incident| incident.id);
    Ok(meant.or_else(newest).map(|incident| incident.id))
}
