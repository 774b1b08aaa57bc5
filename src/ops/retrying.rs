//! Retries database writes that must not be lost.

use std::time::Duration;

use crate::{
    context::Context,
    domain::{Failing, Next, RetryPolicy, next_attempt},
};

const RETRY_FIRST: Duration = Duration::from_millis(500);
const RETRY_LONGEST: Duration = Duration::from_secs(30);
/// Spread over about three minutes.
const RETRIES_MOST: u32 = 9;

/// The retry policy of this module, with a limit.
pub fn retry_policy(most: u32) -> RetryPolicy {
    RetryPolicy {
        most,
        first: RETRY_FIRST,
        longest: RETRY_LONGEST,
    }
}

/// Retries while the database fails; at most once more after the process was asked to stop.
pub async fn retry<T, F>(
    cx: &Context,
    what: &str,
    mut attempt: impl FnMut() -> F,
) -> sqlx::Result<T>
where
    F: Future<Output = sqlx::Result<T>>,
{
    let retries = retry_policy(RETRIES_MOST);
    let mut made = 0;
    loop {
        let is_last = cx.stop.is_cancelled();
        let error = match attempt().await {
            Err(error) if !is_last => error,
            outcome => return outcome,
        };
        let Next::Again { after } = next_attempt(Failing::ForNow, made, &retries, fastrand::f64())
        else {
            return Err(error);
        };
        tracing::warn!(%error, "{what} waits for the database");
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(after) => {}
        }
        made += 1;
    }
}
