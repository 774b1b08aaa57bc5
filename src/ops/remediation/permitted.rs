//! Decides if an action may run on its own.

use crate::{
    context::Context,
    domain::{Permit, permit},
};

/// Says if the action may run on its own now, by the history that all instances share.
pub async fn permitted(cx: &Context, action: &str) -> sqlx::Result<Permit> {
    let limits = cx.settings.get().automatic_limits();
    let now = cx.clock.now();
    let since = now - limits.memory();
    let past = cx.db.automatic_runs(action, since, now).await?;
    Ok(permit(&past, now, &limits))
}
