//! What has happened: the summary and the history.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{auth::Reader, error::ApiError, fault::both, query::Query};
use crate::{
    context::Context,
    db::{AlertRow, OpsHealth},
};

const LIMITS: RangeInclusive<u32> = 1..=500;
const DEFAULT_LIMIT: u32 = 50;

pub async fn health(
    _: Reader,
    State(cx): State<Arc<Context>>,
) -> Result<Json<OpsHealth>, ApiError> {
    Ok(Json(cx.db.ops_health().await?))
}

pub async fn list(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    let (limit, severity) = both(query.integer("limit", &LIMITS), query.severity("severity"))?;
    let limit = i64::from(limit.unwrap_or(DEFAULT_LIMIT));
    let rows = cx.db.recent_alerts(severity, limit).await?;
    Ok(Json(rows.iter().map(render).collect()))
}

fn render(row: &AlertRow) -> Value {
    json!({
        "id": row.id,
        "created_at": row.created_at.iso(),
        "source": row.source,
        "severity": row.severity,
        "message": row.message,
        "fingerprint": row.fingerprint,
        "extras_json": row.extras_json,
        "sent_to_chat_ids": row.sent_to_chat_ids,
    })
}
