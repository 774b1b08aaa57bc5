//! Work that one instance does at a time, and what a crashed one left half done.

use std::time::Duration;

use super::{Db, query::Query, tx::Tx};
use crate::domain::Timestamp;

/// How long a lease outlives a holder that was killed or suspended: short, because nothing is sent meanwhile.
pub const LEASE_LASTS: chrono::Duration = chrono::Duration::seconds(6);
/// How often a holder renews it, and the others look whether it is free. Two renewals in a row may be late.
pub const LEASE_RENEW_EVERY: Duration = Duration::from_secs(2);

/// Takes or renews a lease; no row if another holder has it.
const ACQUIRE: &str = "INSERT INTO ops_leases (name, holder, expires_at) VALUES ($1, $2, $4)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE ops_leases.holder = $2 OR ops_leases.expires_at <= $3";

impl Db {
    /// Takes or renews the lease. False if another holder's lease has not expired.
    pub async fn acquire_lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<bool> {
        acquire(self.query(ACQUIRE), name, holder, now, until).await
    }

    /// Renews the lease if it still belongs to the holder. False otherwise.
    pub async fn renew_lease(
        &self,
        name: &str,
        holder: &str,
        until: Timestamp,
    ) -> sqlx::Result<bool> {
        self.query("UPDATE ops_leases SET expires_at = $3 WHERE name = $1 AND holder = $2")
            .bind(name)
            .bind(holder)
            .bind(until)
            .rows_affected()
            .await
            .map(|rows| rows == 1)
    }

    /// The current holders, once per lease.
    pub async fn lease_holders(&self, now: Timestamp) -> sqlx::Result<Vec<String>> {
        self.query("SELECT holder FROM ops_leases WHERE expires_at > $1")
            .bind(now)
            .fetch_values()
            .await
    }

    pub async fn release_lease(&self, name: &str, holder: &str) -> sqlx::Result<()> {
        self.query("DELETE FROM ops_leases WHERE name = $1 AND holder = $2")
            .bind(name)
            .bind(holder)
            .execute()
            .await
    }

    /// Releases all leases of this process.
    pub async fn release_leases_of(&self, instance: &str) -> sqlx::Result<()> {
        self.query("DELETE FROM ops_leases WHERE holder LIKE $1 || '/%'")
            .bind(instance)
            .execute()
            .await
    }

    /// Clears the claims and leases of a killed process, and makes lost chats due, because a restart may follow a
    /// repair. An `SQLite` database has one instance, so nothing can be held at its start; on `PostgreSQL` other
    /// instances may run, and leases expire by themselves.
    pub async fn recover(&self) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        if matches!(self, Self::Sqlite(..)) {
            tx.query("DELETE FROM ops_leases").execute().await?;
            tx.query(
                "UPDATE ops_outbox SET leased_until = NULL, claimed_by = NULL
                 WHERE state = 'pending'",
            )
            .execute()
            .await?;
        }
        tx.query("UPDATE ops_chats SET tried_at = NULL WHERE dead_since IS NOT NULL")
            .execute()
            .await?;
        tx.query(
            "UPDATE ops_chats SET dead_reason = NULL, dead_code = NULL
             WHERE dead_reason IS NOT NULL AND dead_since IS NULL AND NOT on_trial",
        )
        .execute()
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Tx {
    /// As [`Db::acquire_lease`], as part of a transaction.
    pub(super) async fn acquire_lease(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<bool> {
        acquire(self.query(ACQUIRE), name, holder, now, until).await
    }
}

async fn acquire(
    statement: Query<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<bool> {
    let statement = statement.bind(name).bind(holder).bind(now).bind(until);
    Ok(statement.rows_affected().await? == 1)
}
