//! Runs an action on request.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    auth::Admin,
    error::{ApiError, Error},
    invalid_parameter::InvalidParameter,
    limits::to_the_end,
    parameters::{Value, string},
    query::{Query, query},
    words::Detector,
};
use crate::{
    context::Context,
    domain::{Aftermath, RemediationReport, RemediationStatus},
    ops::remediation::remediate_by_hand,
};

/// The outcome of an action
#[derive(Serialize, ToSchema)]
pub struct Remediation {
    status: RemediationStatus,
    action_name: String,
    details: String,
    /// The number of retries
    retry_count: u32,
    /// null when the action failed, or when the fault has no detector
    #[schema(required = true)]
    verified: Option<Aftermath>,
}

impl From<RemediationReport> for Remediation {
    fn from(report: RemediationReport) -> Self {
        Self {
            status: report.status,
            action_name: report.action_name,
            details: report.details,
            retry_count: report.retry_count,
            verified: report.aftermath,
        }
    }
}

/// A detector's name. It is only looked up, never repeated: an unknown one gives 404.
pub struct AlertSource(String);

impl Value for AlertSource {
    fn parse(_: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        Ok(Self(text.to_owned()))
    }
}

impl PartialSchema for AlertSource {
    fn schema() -> RefOr<Schema> {
        Detector::schema()
    }
}

impl ToSchema for AlertSource {}

/// The name of a built-in or configured action; only looked up, like a detector's.
pub struct ActionName(String);

impl Value for ActionName {
    fn parse(_: &'static str, text: &str) -> Result<Self, InvalidParameter> {
        Ok(Self(text.to_owned()))
    }
}

impl PartialSchema for ActionName {
    fn schema() -> RefOr<Schema> {
        string().into()
    }
}

impl ToSchema for ActionName {}

query! {
    pub struct RemediateQuery {
        /// The detector
        #[param(example = "check_db_growth")]
        alert_source: AlertSource,
        /// One of the detector's actions; defaults to the first
        #[param(example = "remediate_vacuum_db")]
        action: Option<ActionName>,
    }
}

/// Run the action of a detector, and check again
#[utoipa::path(
    post,
    path = "/api/v1/ops/remediate",
    operation_id = "remediate",
    tag = "checks",
    security(("bearer" = [])),
    params(RemediateQuery),
    responses(
        (status = 200, description = "How the action went, also when it failed", body = Remediation),
        (status = 404, description = "No such detector, no action is mapped to it, or not this one", body = Error),
        (
            status = 409,
            description = "The action is already running, is switched off, or needs the confirmation of two administrators",
            body = Error,
        ),
    ),
)]
pub async fn run(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query<RemediateQuery>,
) -> Result<Json<Remediation>, ApiError> {
    let asked = query.read()?;
    let registry = cx.settings.registry();
    let detector = registry.find(&asked.alert_source.0)?.clone();
    let action = asked.action.map(|ActionName(name)| name);
    let who = admin.who(None);
    let report = to_the_end(&cx, async move |cx| {
        remediate_by_hand(&cx, &detector, action.as_deref(), &who).await
    })
    .await?;
    Ok(Json(report.into()))
}
