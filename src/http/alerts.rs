//! What has happened: the summary and the history.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    auth::Reader,
    error::ApiError,
    fault::both,
    query::{Link, Query, SOURCE},
};
use crate::{
    context::Context,
    db::{AlertFilter, AlertRow, OpsHealth},
};

const PATH: &str = "/api/v1/ops/alerts";

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
) -> Result<(Link, Json<Vec<Value>>), ApiError> {
    let (filter, limit) = parse(&query)?;
    // One more than asked for tells whether there is another page.
    let mut rows = cx.db.alerts(filter, i64::from(limit) + 1).await?;
    let link = query.next_page(PATH, &mut rows, limit, |row| row.id);
    Ok((link, Json(rows.iter().map(render).collect())))
}

fn parse(query: &Query) -> Result<(AlertFilter<'_>, u32), ApiError> {
    let (((limit, severity), source), ((since, until), before)) = both(
        both(
            both(query.integer("limit", &LIMITS), query.severity("severity")),
            query.text("source", &SOURCE),
        ),
        both(
            both(query.moment("since"), query.moment("until")),
            query.before(),
        ),
    )?;
    let filter = AlertFilter {
        severity,
        source,
        since,
        until,
        before,
    };
    Ok((filter, limit.unwrap_or(DEFAULT_LIMIT)))
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
