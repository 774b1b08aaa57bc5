//! The summary of `vw_ops_health`, computed without the view where it may be outdated.

use super::{Db, shown};

/// The row of `vw_ops_health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpsHealth {
    pub alerts_last_hour: i64,
    pub critical_last_24h: i64,
    pub remediations_last_hour: i64,
    pub remediation_failures_24h: i64,
}

impl Db {
    pub async fn ops_health(&self) -> sqlx::Result<OpsHealth> {
        let definition = match self {
            Self::Sqlite(..) => "SELECT * FROM vw_ops_health",
            Self::Postgres(..) => shown::HEALTH_POSTGRES,
        };
        self.query(definition).fetch_one().await
    }
}
