//! How the database has grown.

use super::Db;
use crate::domain::Timestamp;

impl Db {
    pub async fn record_size(&self, at: Timestamp, bytes: i64) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_db_sizes (at, bytes) VALUES ($1, $2)
             ON CONFLICT (at) DO NOTHING",
        )
        .bind(at)
        .bind(bytes)
        .execute()
        .await
    }

    /// In bytes, oldest first.
    pub async fn sizes_since(&self, since: Timestamp) -> sqlx::Result<Vec<(Timestamp, i64)>> {
        self.query("SELECT at, bytes FROM ops_db_sizes WHERE at >= $1 ORDER BY at")
            .bind(since)
            .fetch_all()
            .await
    }
}
