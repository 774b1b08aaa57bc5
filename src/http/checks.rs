//! Running the detectors on request.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::Admin,
    error::ApiError,
    limits::to_the_end,
    parameters::Flag,
    query::{Query, query},
    words::Detector,
};
use crate::{
    context::Context,
    domain::{self, Extras, Severity, Status, Tally},
    ops::{
        checks,
        sweep::{self, SweepStats},
    },
};

/// The result of a detector
#[derive(Serialize, ToSchema)]
pub struct Check {
    /// null when the check has no data source
    #[schema(required = true)]
    ok: Option<bool>,
    status: Status,
    #[schema(value_type = Detector)]
    source: String,
    severity: Severity,
    msg: String,
    /// Identifies the fault: all its checks and incidents have the same fingerprint
    fingerprint: String,
    /// Further facts, most important first
    #[schema(value_type = HashMap<String, serde_json::Value>)]
    extras: Extras,
    duration_ms: u64,
    /// The single faults, if they are more than, or different from, this check itself
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion, required = false)]
    faults: Vec<Check>,
}

impl From<domain::Check> for Check {
    fn from(check: domain::Check) -> Self {
        Self {
            ok: match check.status {
                Status::Pass => Some(true),
                Status::Fail => Some(false),
                Status::NotMeasured => None,
            },
            status: check.status,
            source: check.source.into_owned(),
            severity: check.severity,
            msg: check.message,
            fingerprint: check.fingerprint.to_string(),
            extras: check.extras,
            duration_ms: u64::try_from(check.duration.as_millis()).unwrap_or(u64::MAX),
            faults: check.faults.into_iter().map(Self::from).collect(),
        }
    }
}

/// The result of running every detector
#[derive(Serialize, ToSchema)]
pub struct Run {
    /// Always completed
    status: &'static str,
    total_checks: usize,
    passed: usize,
    failed: usize,
    not_measured: usize,
    /// With notify only
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    alerts_sent: Option<usize>,
    /// With notify only
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    remediations_triggered: Option<usize>,
    results: Vec<Check>,
}

query! {
    pub struct RunQuery {
        /// Also alert the chats and remediate, as the scheduled run does
        notify: Option<Flag>,
    }
}

/// Run every detector
#[utoipa::path(
    post,
    path = "/api/v1/ops/run-detectors",
    operation_id = "run_detectors",
    tag = "checks",
    security(("bearer" = [])),
    params(RunQuery),
    responses((status = 200, description = "The results", body = Run)),
)]
pub async fn run(
    admin: Admin,
    State(cx): State<Arc<Context>>,
    query: Query<RunQuery>,
) -> Result<Json<Run>, ApiError> {
    let Flag(notify) = query.read()?.notify.unwrap_or_default();
    let who = admin.who(None);
    let (checks, stats) = to_the_end(&cx, async move |cx| {
        Ok::<_, ApiError>(if notify {
            let (checks, stats) = sweep::check_and_act(&cx, &who).await;
            (checks, Some(stats))
        } else {
            (
                checks::run(&cx, &cx.settings.registry().runnable()).await,
                None,
            )
        })
    })
    .await?;
    let run = render(checks, stats);
    // Detectors without a database measure nothing, and an answer of all "not measured" would look calm.
    if run.not_measured > 0 {
        cx.db.ping().await?;
    }
    Ok(Json(run))
}

/// `stats` has the outcome of notifications and remediations, if they were requested.
fn render(checks: Vec<domain::Check>, stats: Option<SweepStats>) -> Run {
    let tally = Tally::of(&checks);
    Run {
        status: "completed",
        total_checks: checks.len(),
        passed: tally.passed,
        failed: tally.failed,
        not_measured: tally.not_measured,
        alerts_sent: stats.map(|stats| stats.alerts_sent),
        remediations_triggered: stats.map(|stats| stats.remediations_triggered),
        results: checks.into_iter().map(Check::from).collect(),
    }
}
