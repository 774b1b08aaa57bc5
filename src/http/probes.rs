//! What other programs watch this one by.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{auth::Reader, error::ApiError};
use crate::{context::Context, domain::Severity, ops::readiness};

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The page must come before a scraper's patience (10 s) ends, with the newest figures of the database or without.
const GAUGES_WITHIN: Duration = Duration::from_secs(2);

pub async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

pub async fn ready(State(cx): State<Arc<Context>>) -> Result<Json<Value>, ApiError> {
    let lacking = readiness::lacking(&cx).await;
    if lacking.is_empty() {
        let age = cx.last_sweep().map(|_| cx.sweep_age().num_seconds());
        Ok(Json(
            json!({ "status": "ready", "last_sweep_age_seconds": age }),
        ))
    } else {
        Err(ApiError::Unavailable(lacking.join("; ")))
    }
}

pub async fn metrics(_: Reader, State(cx): State<Arc<Context>>) -> Result<Response, ApiError> {
    refresh_gauges(&cx).await;
    let page = cx
        .metrics
        .page()
        .map_err(|error| ApiError::Unexpected(error.into()))?;
    Ok(([(header::CONTENT_TYPE, TEXT_FORMAT)], page).into_response())
}

/// While the database fails the other gauges that come from it keep what they last showed.
async fn refresh_gauges(cx: &Context) {
    cx.metrics
        .sweep_age_seconds
        .set(cx.sweep_age().as_seconds_f64());
    let read =
        async { tokio::try_join!(cx.db.outbox_depth(), cx.db.open_by_severity(), cx.db.size()) };
    let Ok(Ok((depth, open, size))) = tokio::time::timeout(GAUGES_WITHIN, read).await else {
        cx.metrics.database_up.set(0);
        return;
    };
    cx.metrics.database_up.set(1);
    cx.metrics.database_size_bytes.set(size);
    let age = depth
        .oldest
        .map_or(0.0, |oldest| cx.clock.now().since(oldest).as_seconds_f64());
    cx.metrics.outbox_depth.set(depth.pending);
    cx.metrics.outbox_oldest_age_seconds.set(age);
    for severity in Severity::ALL {
        let open = open.iter().find(|(level, _)| *level == severity);
        cx.metrics
            .incidents_open
            .with_label_values(&[severity.as_str()])
            .set(open.map_or(0, |(_, count)| *count));
    }
}
