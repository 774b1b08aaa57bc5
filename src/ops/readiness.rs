//! Whether the program can do its work at this moment.

use std::time::Duration;

use crate::context::Context;

/// Whoever asks wants to know now, and a database that takes longer is not ready.
const PING_WITHIN: Duration = Duration::from_secs(2);
/// How late a sweep may be on top of a whole missed interval: it takes its time too.
const SWEEP_SLACK: chrono::Duration = chrono::Duration::seconds(60);

/// What is lacking, in words for an operator; nothing when the program is ready.
pub async fn lacking(cx: &Context) -> Vec<String> {
    let database = match tokio::time::timeout(PING_WITHIN, cx.db.ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("the database fails"),
        Err(_) => Some("the database does not answer"),
    };
    let lacking = [database.map(str::to_owned), telegram(cx), sweep(cx)];
    lacking.into_iter().flatten().collect()
}

fn telegram(cx: &Context) -> Option<String> {
    match cx.telegram.reached() {
        None => Some("Telegram is not contacted yet".to_owned()),
        Some(Ok(())) => None,
        Some(Err(failure)) => Some(format!("Telegram is unreachable: {failure}")),
    }
}

fn sweep(cx: &Context) -> Option<String> {
    let settings = cx.settings.get();
    let patience = settings.check_start_delay + 2 * settings.check_interval;
    let patience = chrono::Duration::from_std(patience).unwrap_or(chrono::Duration::MAX / 2);
    let age = cx.sweep_age();
    (age > patience + SWEEP_SLACK).then(|| {
        format!(
            "the last sweep of the detectors is overdue, {}s old",
            age.num_seconds()
        )
    })
}
