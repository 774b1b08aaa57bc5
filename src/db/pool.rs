//! The size of a pool, and how long its connections are waited for and used.

use std::time::Duration;

/// The longest one use of a pooled connection may take. A query whose caller has gone away would otherwise burn on.
pub const STATEMENT_LIMIT: Duration = Duration::from_secs(30);
/// Six detectors at once, and room for the doors and the outbox.
pub const POOL_SIZE: u32 = 10;
/// How long to wait for a connection, so that an unreachable server is an error and not a hang.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
