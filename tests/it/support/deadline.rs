//! Waiting for events that are not announced.

use std::time::{Duration, Instant};

/// Long enough for a busy machine; nothing waits for it to pass.
pub const SOON: Duration = Duration::from_secs(60);
pub const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Asks until the answer is yes, and gives up when that takes too long.
pub async fn eventually(what: &str, ask: impl AsyncFnMut() -> bool) {
    eventually_within(SOON, what, ask).await;
}

pub async fn eventually_within(limit: Duration, what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !ask().await {
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
