//! Who has changed what.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    auth::Admin,
    error::ApiError,
    fault::both,
    query::{Link, Query},
};
use crate::{context::Context, db::AuditRow, domain::Act};

const PATH: &str = "/api/v1/ops/audit";
const LIMITS: RangeInclusive<u32> = 1..=500;
const DEFAULT_LIMIT: u32 = 50;

pub async fn list(
    _: Admin,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<(Link, Json<Vec<Value>>), ApiError> {
    let acts = Act::ALL.map(|act| (act.as_str(), act));
    let ((act, before), limit) = both(
        both(query.word("act", &acts), query.before()),
        query.integer("limit", &LIMITS),
    )?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    // One more than asked for tells whether there is another page.
    let mut rows = cx.db.audit(act, before, i64::from(limit) + 1).await?;
    let link = query.next_page(PATH, &mut rows, limit, |row| row.id);
    Ok((link, Json(rows.iter().map(render).collect())))
}

fn render(row: &AuditRow) -> Value {
    json!({
        "id": row.id,
        "at": row.at.iso(),
        "actor": row.actor,
        "actor_name": row.actor_name,
        "door": row.door,
        "from": row.origin,
        "act": row.act,
        "subject": row.subject,
        "outcome": row.outcome,
        "detail": row.detail,
    })
}
