//! The health summary and the alert history.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::Reader,
    error::ApiError,
    parameters::{Limit, Moment, RowId},
    query::{Page, Query, query},
    text_parameters::Source,
};
use crate::{
    context::Context,
    db::{AlertFilter, AlertRow},
    domain::{Severity, Timestamp},
};

const PATH: &str = "/api/v1/ops/alerts";

/// Figures of the last hour and day
#[derive(Serialize, ToSchema)]
pub struct Health {
    alerts_last_hour: i64,
    critical_last_24h: i64,
    remediations_last_hour: i64,
    remediation_failures_24h: i64,
}

/// A notification that was queued for sending
#[derive(Serialize, ToSchema)]
pub struct Alert {
    id: i64,
    /// ISO 8601 in UTC, without an offset; of another writer's row that has no such moment, what stands there
    created_at: String,
    /// The detector, or another program that wrote the row
    source: String,
    severity: String,
    message: String,
    /// Identifies the fault: all its alerts have the same fingerprint
    fingerprint: String,
    /// A JSON object, as text
    #[schema(required = true)]
    extras_json: Option<String>,
    /// The ids of the chats that were reached, separated by commas
    #[schema(required = true)]
    sent_to_chat_ids: Option<String>,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at.map_or_else(|text| text, Timestamp::iso),
            source: row.source,
            severity: row.severity,
            message: row.message,
            fingerprint: row.fingerprint,
            extras_json: row.extras_json,
            sent_to_chat_ids: row.sent_to_chat_ids,
        }
    }
}

query! {
    pub struct AlertsQuery {
        /// The page size
        limit: Option<Limit>,
        /// Only alerts of this severity
        severity: Option<Severity>,
        /// Only alerts of this detector, such as `check_db_growth`
        source: Option<Source>,
        /// Only alerts from this moment on: ISO 8601 in UTC, without an offset, such as 2026-01-31T22:00:00
        since: Option<Moment>,
        /// Only alerts up to this moment
        until: Option<Moment>,
        /// Only alerts after this id on the list; the Link header of a page contains it
        before_id: Option<RowId>,
    }
}

/// Counts of alerts and remediations of the last hour and day
#[utoipa::path(
    get,
    path = "/api/v1/ops/health",
    operation_id = "health",
    tag = "alerts",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The row of vw_ops_health", body = Health)),
)]
pub async fn health(_: Reader, State(cx): State<Arc<Context>>) -> Result<Json<Health>, ApiError> {
    let row = cx.db.ops_health().await?;
    Ok(Json(Health {
        alerts_last_hour: row.alerts_last_hour,
        critical_last_24h: row.critical_last_24h,
        remediations_last_hour: row.remediations_last_hour,
        remediation_failures_24h: row.remediation_failures_24h,
    }))
}

/// The newest alerts, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/ops/alerts",
    operation_id = "list_alerts",
    tag = "alerts",
    security((), ("bearer" = [])),
    params(AlertsQuery),
    responses((status = 200, description = "Alerts", body = Vec<Alert>)),
)]
pub async fn list(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query<AlertsQuery>,
) -> Result<Page<Alert>, ApiError> {
    let asked = query.read()?;
    let filter = AlertFilter {
        severity: asked.severity,
        source: asked.source.as_deref(),
        since: asked.since.map(Timestamp::from),
        until: asked.until.map(Timestamp::from),
        before: asked.before_id.map(i64::from),
    };
    let limit = asked.limit.unwrap_or_default();
    let rows = cx.db.alerts(filter, limit.and_one()).await?;
    Ok(query.page(PATH, limit, rows, |row| row.id, Alert::from))
}
