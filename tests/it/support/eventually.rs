//! Waiting for what nobody announces.

use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Looks again and again until it holds; `what` says in a failure what did not.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let look = async {
        while !holds().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let in_time = tokio::time::timeout(SOON, look).await;
    assert!(in_time.is_ok(), "never came true: {what}");
}
