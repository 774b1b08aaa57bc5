//! What must be written down, in a database that may have no time just now.

use std::time::Duration;

use crate::{
    context::Context,
    domain::{Failing, Next, RetryPolicy, next_attempt},
};

const RETRY_FIRST: Duration = Duration::from_millis(500);
const RETRY_LONGEST: Duration = Duration::from_secs(30);
/// How often it is tried again: for some three minutes.
const RETRIES_MOST: u32 = 9;

/// That many, at the pace of all retries here.
pub fn retry_policy(most: u32) -> RetryPolicy {
    RetryPolicy {
        most,
        first: RETRY_FIRST,
        longest: RETRY_LONGEST,
    }
}

/// Tries again while the database refuses; once more at most when the process is to stop.
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
