//! Leases: work that only one instance does at a time.

use std::time::Duration;

use crate::context::Context;

/// How long a lease outlives a holder that was killed.
const LASTS: chrono::Duration = chrono::Duration::seconds(60);
const RENEW_EVERY: Duration = Duration::from_secs(20);

pub struct Lease {
    name: String,
    holder: String,
}

impl Lease {
    /// `None` if another holder has it.
    pub async fn take(cx: &Context, name: &str) -> sqlx::Result<Option<Self>> {
        let lease = Self {
            name: name.to_owned(),
            holder: cx.lease_holder(),
        };
        Ok(lease.acquire(cx).await?.then_some(lease))
    }

    /// Does the work and renews the lease meanwhile. `None` if another process has taken the lease over, because this
    /// one was suspended: the work is dropped.
    pub async fn during<T>(self, cx: &Context, work: impl Future<Output = T>) -> Option<T> {
        let lost = async {
            loop {
                tokio::time::sleep(RENEW_EVERY).await;
                match self.acquire(cx).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        tracing::warn!(%error, lease = self.name, "a lease cannot be renewed");
                    }
                }
            }
        };
        let done = tokio::select! {
            biased;
            () = lost => {
                tracing::warn!(lease = self.name, "another process has taken a lease over");
                return None;
            }
            done = work => done,
        };
        if let Err(error) = cx.db.release_lease(&self.name, &self.holder).await {
            tracing::warn!(%error, lease = self.name, "a lease is left to run out");
        }
        Some(done)
    }

    async fn acquire(&self, cx: &Context) -> sqlx::Result<bool> {
        let now = cx.clock.now();
        cx.db
            .acquire_lease(&self.name, &self.holder, now, now + LASTS)
            .await
    }
}
