//! The checks that the newest sweep could not measure.

use super::{Db, tx::Tx};
use crate::domain::{Finding, Unmeasured};

#[derive(sqlx::FromRow)]
struct UnmeasuredRow {
    source: String,
    message: String,
    finding_json: Option<String>,
}

impl From<UnmeasuredRow> for Unmeasured {
    fn from(row: UnmeasuredRow) -> Self {
        Self {
            finding: row.finding_json.as_deref().and_then(Finding::from_json),
            source: row.source,
            message: row.message,
        }
    }
}

impl Db {
    /// By name.
    pub async fn unmeasured(&self) -> sqlx::Result<Vec<Unmeasured>> {
        let rows: Vec<UnmeasuredRow> = self
            .query("SELECT source, message, finding_json FROM ops_unmeasured ORDER BY source")
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(Unmeasured::from).collect())
    }

    /// Replaces them by those of a newer sweep. Nearly always they are the same, and a read costs less than a write.
    pub async fn replace_unmeasured(&self, unmeasured: &[Unmeasured]) -> sqlx::Result<()> {
        if self.unmeasured().await? == unmeasured {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        tx.query("DELETE FROM ops_unmeasured").execute().await?;
        for check in unmeasured {
            tx.insert_unmeasured(check).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    async fn insert_unmeasured(&mut self, check: &Unmeasured) -> sqlx::Result<()> {
        self.query("INSERT INTO ops_unmeasured (source, message, finding_json) VALUES ($1, $2, $3)")
            .bind(&check.source)
            .bind(&check.message)
            .bind(check.finding.as_ref().and_then(Finding::to_json))
            .execute()
            .await
    }
}
