//! The audit.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::Admin,
    error::ApiError,
    parameters::{Limit, RowId},
    query::{Page, Query, query},
};
use crate::{
    context::Context,
    db::AuditRow,
    domain::{Act, ActOutcome, Door},
};

const PATH: &str = "/api/v1/ops/audit";

/// An operation that was carried out or refused
#[derive(Serialize, ToSchema)]
pub struct AuditedAct {
    id: i64,
    at: String,
    /// `user:<id>`, rest (`ADMIN_TOKEN`), `rest:<token>`, scheduler, terminal (an account of the machine) or nobody (no
    /// valid credential) (no
    /// valid credential) (no
    /// valid credential) (no
    /// valid credential)
    actor: String,
    actor_name: String,
    #[schema(value_type = Door)]
    door: String,
    /// The chat, or the client's address: behind a proxy that `HTTP_TRUSTED_PROXIES` does not list, the proxy's
    from: String,
    #[schema(value_type = Act)]
    act: String,
    /// The object of the operation
    subject: String,
    #[schema(value_type = ActOutcome)]
    outcome: String,
    detail: String,
}

impl From<AuditRow> for AuditedAct {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: row.at.iso(),
            actor: row.actor,
            actor_name: row.actor_name,
            door: row.door,
            from: row.origin,
            act: row.act,
            subject: row.subject,
            outcome: row.outcome,
            detail: row.detail,
        }
    }
}

query! {
    pub struct AuditQuery {
        /// The page size
        limit: Option<Limit>,
        /// Only acts of this kind
        act: Option<Act>,
        /// Only rows after this id on the list; the Link header of a page contains it
        before_id: Option<RowId>,
    }
}

/// The audit, newest first, in pages
#[utoipa::path(
    get,
    path = "/api/v1/ops/audit",
    operation_id = "list_audit",
    tag = "audit",
    security(("bearer" = [])),
    params(AuditQuery),
    responses((status = 200, description = "Acts", body = Vec<AuditedAct>)),
)]
pub async fn list(
    _: Admin,
    State(cx): State<Arc<Context>>,
    query: Query<AuditQuery>,
) -> Result<Page<AuditedAct>, ApiError> {
    let asked = query.read()?;
    let limit = asked.limit.unwrap_or_default();
    let before = asked.before_id.map(i64::from);
    let rows = cx.db.audit(asked.act, before, limit.and_one()).await?;
    Ok(query.page(PATH, limit, rows, |row| row.id, AuditedAct::from))
}
