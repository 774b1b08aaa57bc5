use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::{error::ApiError, params::Params, shared::Shared, state::State, updates::Turn};

/// The longest time that a poll waits, even if it asks for more.
const LONGEST_POLL: i64 = 50;

/// Waits for updates until the poll's own timeout, or until a newer poll takes over.
pub async fn get_updates(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let patience = params.int("timeout").unwrap_or(0).clamp(0, LONGEST_POLL);
    let deadline = Instant::now() + Duration::from_secs(patience.unsigned_abs());
    let mut changes = shared.changes();
    let turn = shared.change(|state| begin(state, params))?;
    loop {
        changes.mark_unchanged();
        let batch = shared.read(|state| next_batch(state, turn, params.int("limit")))?;
        if !batch.is_empty() || timeout_at(deadline, changes.changed()).await.is_err() {
            return Ok(json!(batch));
        }
    }
}

fn begin(state: &mut State, params: &Params) -> Result<Turn, ApiError> {
    if state.webhook.is_some() {
        return Err(webhook_is_active());
    }
    if let Some(kinds) = params.parsed("allowed_updates")? {
        state.updates.allow(kinds);
    }
    if let Some(offset) = params.int("offset") {
        state.updates.confirm(offset);
    }
    state.updates.drop_presses(state.press_kept);
    Ok(state.updates.begin_turn())
}

fn next_batch(state: &State, turn: Turn, limit: Option<i64>) -> Result<Vec<Value>, ApiError> {
    if state.webhook.is_some() {
        return Err(webhook_is_active());
    }
    if !state.updates.is_current(turn) {
        return Err(ApiError::other_poller());
    }
    Ok(state.updates.batch(limit))
}

pub fn set_webhook(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let url = params.text("url").unwrap_or_default();
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(ApiError::bad(
            "bad webhook: HTTPS url must be provided for webhook",
        ));
    }
    state.webhook = Some(url.to_owned()).filter(|url| !url.is_empty());
    Ok(json!(true))
}

pub fn delete_webhook(state: &mut State, params: &Params) -> Value {
    state.webhook = None;
    if params.flag("drop_pending_updates") {
        state.updates.forget_all();
    }
    json!(true)
}

pub fn get_webhook_info(state: &mut State, _: &Params) -> Value {
    json!({
        "url": state.webhook.as_deref().unwrap_or_default(),
        "has_custom_certificate": false,
        "pending_update_count": state.updates.len(),
    })
}

fn webhook_is_active() -> ApiError {
    ApiError::conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
}
