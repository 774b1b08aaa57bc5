//! Running an action on request.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{auth::Admin, error::ApiError, limits::to_the_end, query::Query};
use crate::{
    context::Context,
    detectors,
    domain::{Aftermath, RemediationReport},
    ops::remediation::remediate_by_hand,
};

pub async fn run(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let detector = detectors::find(query.required("alert_source")?)?;
    let action = query.optional("action").map(str::to_owned);
    let who = admin.who(None);
    let work = Arc::clone(&cx);
    let report = to_the_end(&cx, async move {
        remediate_by_hand(&work, detector, action.as_deref(), &who).await
    })
    .await??;
    Ok(Json(render(&report)))
}

fn render(report: &RemediationReport) -> Value {
    json!({
        "status": report.status.as_str(),
        "action_name": report.action_name,
        "details": report.details,
        "retry_count": report.retry_count,
        "verified": report.aftermath.map(Aftermath::as_str),
    })
}
