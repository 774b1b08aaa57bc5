//! The checks that there are.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{auth::Reader, checks::Check, words::Detector};
use crate::{
    context::Context,
    detectors::Entry,
    domain::{Severity, Timestamp},
    ops::checks::{self, KnownCheck},
};

/// A check, and its newest run
#[derive(Serialize, ToSchema)]
pub struct ListedCheck {
    #[schema(value_type = Detector)]
    name: String,
    kind: Kind,
    /// That of its failures, unless they bring their own
    severity: Severity,
    /// How often it runs, in seconds; null for each sweep
    #[schema(required = true)]
    every_sec: Option<i64>,
    /// The beginning of its newest run by this process, ISO 8601 in UTC; null before the first
    #[schema(required = true)]
    last_run: Option<String>,
    /// The result of that run
    #[schema(required = true)]
    last_result: Option<Check>,
    /// About when it runs next; null if another system judges it
    #[schema(required = true)]
    next_run: Option<String>,
}

/// Where a check comes from
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    BuiltIn,
    /// A query of sovani-ops.toml
    Configured,
    /// Another system pushes its alerts
    Pushed,
}

impl From<KnownCheck> for ListedCheck {
    fn from(known: KnownCheck) -> Self {
        let KnownCheck { entry, last, next } = known;
        let (last_run, last_result) = last.unzip();
        Self {
            name: entry.name().to_owned(),
            kind: match entry {
                Entry::BuiltIn(_) => Kind::BuiltIn,
                Entry::Configured(_) => Kind::Configured,
                Entry::Pushed(_) => Kind::Pushed,
            },
            severity: entry.severity(),
            every_sec: entry.every().map(|every| every.num_seconds()),
            last_run: last_run.map(Timestamp::iso),
            last_result: last_result.map(Check::from),
            next_run: next.map(Timestamp::iso),
        }
    }
}

/// Every check, with its newest result and its next run
#[utoipa::path(
    get,
    path = "/api/v1/ops/checks",
    operation_id = "list_checks",
    tag = "checks",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The checks", body = Vec<ListedCheck>)),
)]
pub async fn list(_: Reader, State(cx): State<Arc<Context>>) -> Json<Vec<ListedCheck>> {
    let known = checks::known(&cx).into_iter();
    Json(known.map(ListedCheck::from).collect())
}
