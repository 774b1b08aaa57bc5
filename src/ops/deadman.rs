//! The dead man's switch: pings an external monitor after each sweep, so that the monitor raises the alarm when sweeps
//! stop.

use std::{sync::Arc, time::Duration};

use crate::{context::Context, web::WebError};

const WITHIN: Duration = Duration::from_secs(10);
/// Healthchecks answers 200 to a ping of an unknown check: "OK (not found)".
const UNKNOWN_CHECK: &str = "(not found)";
/// The rest of the answer is ignored.
const ANSWER_BYTES: usize = 64 * 1024;
/// The waits between attempts. After the last one, the next sweep pings again.
const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// The label values of `ops_deadman_pings_total`.
pub const OUTCOMES: [&str; 2] = ["ok", "failed"];

/// Reports a complete sweep, in the background.
pub fn ping(cx: &Arc<Context>) {
    if cx.settings.get().deadman_ping_url.is_some() {
        let cx = Arc::clone(cx);
        cx.clone().tasks.spawn(async move {
            tokio::select! {
                () = cx.stop.cancelled() => {}
                () = tell(&cx) => {}
            }
        });
    }
}

async fn tell(cx: &Context) {
    let mut waits = WAITS.into_iter();
    let outcome = loop {
        let failure = match attempt(cx).await {
            Ok(()) => break "ok",
            Err(failure) => failure,
        };
        let Some(wait) = waits.next() else {
            tracing::warn!(failure, "DEADMAN_PING_URL cannot be reached");
            break "failed";
        };
        tokio::time::sleep(wait).await;
    };
    cx.metrics
        .deadman_pings_total
        .with_label_values(&[outcome])
        .inc();
}

async fn attempt(cx: &Context) -> Result<(), String> {
    let settings = cx.settings.get();
    let Some(url) = &settings.deadman_ping_url else {
        return Ok(());
    };
    match cx.web.get(url.url(), WITHIN, ANSWER_BYTES).await {
        Ok(answer) if answer.to_ascii_lowercase().contains(UNKNOWN_CHECK) => {
            Err("the answer says that there is no such check".to_owned())
        }
        Ok(_) | Err(WebError::TooLarge(_) | WebError::NotText) => Ok(()),
        Err(failure) => Err(failure.to_string()),
    }
}
