//! How the database has grown.

use super::{Db, on};
use crate::domain::Timestamp;

impl Db {
    pub async fn record_size(&self, at: Timestamp, bytes: i64) -> sqlx::Result<()> {
        on!(self, pool => {
            sqlx::query("INSERT INTO ops_db_sizes (at, bytes) VALUES ($1, $2) ON CONFLICT (at) DO NOTHING")
                .bind(at)
                .bind(bytes)
                .execute(pool)
                .await
                .map(drop)
        })
    }

    /// In bytes, oldest first.
    pub async fn sizes_since(&self, since: Timestamp) -> sqlx::Result<Vec<(Timestamp, i64)>> {
        on!(self, pool => {
            sqlx::query_as("SELECT at, bytes FROM ops_db_sizes WHERE at >= $1 ORDER BY at")
                .bind(since)
                .fetch_all(pool)
                .await
        })
    }
}
