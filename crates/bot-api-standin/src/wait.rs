//! Waits until a condition on the chats is true, without polling.

use std::{fmt, time::Duration};

use tokio::time::{Instant, timeout_at};

use super::{BotApi, state::State};

/// The expected event did not happen in time; shows what was sent instead.
#[derive(thiserror::Error)]
#[error("nothing came within {waited:?}; the conversation so far:\n{conversation}")]
pub struct TimedOut {
    pub waited: Duration,
    pub conversation: String,
}

/// Tests unwrap: the conversation must read well in a panic too.
impl fmt::Debug for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl BotApi {
    /// Looks at the state after each change until `look` finds what it wants. `look` runs under the
    /// lock and must not use a handle.
    pub async fn wait_for<T>(
        &self,
        within: Duration,
        mut look: impl FnMut(&State) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let deadline = Instant::now() + within;
        let mut changes = self.shared.changes();
        loop {
            if let Some(found) = self.shared.read(&mut look) {
                return Ok(found);
            }
            if timeout_at(deadline, changes.changed()).await.is_err() {
                return Err(TimedOut {
                    waited: within,
                    conversation: self.transcript(),
                });
            }
        }
    }
}
