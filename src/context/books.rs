//! Acts that are counted in memory before they are put on record.

use tokio::sync::Notify;

use super::{heartbeat_counts::HeartbeatCounts, refusal_limiter::RefusalLimiter};

#[derive(Default)]
pub struct Books {
    pub refusals: RefusalLimiter,
    pub heard: HeartbeatCounts,
    /// Wakes what copies the audit elsewhere.
    pub written: Notify,
}
