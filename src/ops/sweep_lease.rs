//! The lease that lets one of several instances sweep.

use std::{sync::atomic::Ordering, time::Instant};

use crate::{
    context::Context,
    db::{LEASE_LASTS, LEASE_RENEW_EVERY},
};

const LEASE: &str = "sweep";

/// Takes or renews the lease. False if another process holds it.
pub async fn hold(cx: &Context) -> sqlx::Result<bool> {
    let (asked, now) = (Instant::now(), cx.clock.now());
    let holder = cx.standing_holder();
    let mine = cx
        .db
        .acquire_lease(LEASE, &holder, now, now + LEASE_LASTS)
        .await?;
    if mine {
        cx.sweeps.lease.renew(asked);
    } else {
        cx.sweeps.lease.lose();
    }
    Ok(mine)
}

/// Tells if no other process has taken over the sweeps. Checked before acting on results, because this process may have
/// been suspended since. An unreachable database does not hold alerts back.
pub async fn is_ours(cx: &Context) -> bool {
    cx.sweeps.lease.is_valid(Instant::now()) || hold(cx).await.unwrap_or(true)
}

/// Keeps the lease between sweeps, so that one instance makes them all. Returns when this instance has taken the lease
/// over and must sweep at once, because the other's progress is unknown.
pub async fn keep(cx: &Context) {
    loop {
        tokio::time::sleep(LEASE_RENEW_EVERY).await;
        let was_ours = cx.sweeps.lease.is_ours();
        match hold(cx).await {
            Ok(true) if !was_ours => return,
            // An outage is reported elsewhere.
            Err(error) if cx.sweeps.lease.is_valid(Instant::now()) => {
                tracing::warn!(%error, "the sweep's lease cannot be renewed");
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// Another instance sweeps.
pub fn stand_by(cx: &Context) {
    cx.sweeps.takes_over.store(true, Ordering::Relaxed);
    cx.sweeps.ended(cx.clock.now());
    // The other instance watches whether sweeps are journalled.
    cx.sweeps.journalled(&Ok(()));
    cx.metrics.hide_budgets();
}
