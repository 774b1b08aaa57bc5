//! Acts that are counted in memory before they are put on record.

use tokio::sync::Notify;

use super::{heard::HeardJobs, refusals::Refusals};

#[derive(Default)]
pub struct Books {
    pub refusals: Refusals,
    pub heard: HeardJobs,
    /// Wakes what copies the audit elsewhere.
    pub written: Notify,
}
