//! Running the detectors on request.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{auth::Admin, error::ApiError, limits::to_the_end, query::Query};
use crate::{
    context::Context,
    domain::{Check, Tally},
    ops::sweep::{self, SweepStats},
};

pub async fn run(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let notify = query.flag("notify")?;
    let who = admin.who(None);
    let work = Arc::clone(&cx);
    let (checks, stats) = to_the_end(&cx, async move {
        if notify {
            let (checks, stats) = sweep::check_and_act(&work, &who).await;
            (checks, Some(stats))
        } else {
            (sweep::check(&work, &sweep::all()).await, None)
        }
    })
    .await?;
    Ok(Json(render(&checks, stats)))
}

/// `stats` tell what came of the checks, when they were acted on.
fn render(checks: &[Check], stats: Option<SweepStats>) -> Value {
    let tally = Tally::of(checks);
    let mut body = json!({
        "status": "completed",
        "total_checks": checks.len(),
        "passed": tally.passed,
        "failed": tally.failed,
        "not_measured": tally.not_measured,
    });
    if let Some(stats) = stats {
        body["alerts_sent"] = json!(stats.alerts_sent);
        body["remediations_triggered"] = json!(stats.remediations_triggered);
    }
    body["results"] = json!(checks);
    body
}
