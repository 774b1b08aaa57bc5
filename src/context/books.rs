//! Acts that are counted in memory before they are recorded.

use tokio::sync::Notify;

use super::{heartbeat_counts::HeartbeatCounts, refusal_limiter::RefusalLimiter};

#[derive(Default)]
pub struct Books {
    pub refusals: RefusalLimiter,
    pub heard: HeartbeatCounts,
    /// Wakes the task that copies the audit.
    pub written: Notify,
}
