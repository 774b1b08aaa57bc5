//! The chain of digests over the rows of the audit: each covers its row and the one before. All rows are written under the
//! write lock, so that the order of their numbers is the order in which they came.

use super::AuditRow;
use crate::{
    db::{Db, tx::Tx},
    domain::Timestamp,
};

/// Rows that are read at once.
const PAGE: i64 = 500;
/// A date further in the future than this was written by a wrong clock.
const AHEAD: chrono::Duration = chrono::Duration::days(1);

const ENDS: &str = "SELECT audit_id, hash, rows FROM ops_audit_chain WHERE what = $1";
/// The rows from before `$1` with which the audit begins, at most `$2`. One that is dated wrongly keeps its place between its
/// neighbours; what lies after `$3` is.
pub(in crate::db) const OLD: &str = "SELECT id, hash FROM ops_audit
     WHERE id <= (SELECT MAX(id) FROM ops_audit WHERE at < $1
         AND id < COALESCE((SELECT MIN(id) FROM ops_audit WHERE at >= $1 AND at <= $3), id + 1))
     ORDER BY id LIMIT $2";
const HEAD: &str = "head";
const CUT: &str = "cut";
const OLDER: &str = "older";

/// An end of the chain: the row that it is at, that row's digest, and how many rows there were up to it.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
struct End {
    audit_id: i64,
    hash: String,
    rows: i64,
}

/// The result of verifying the hash chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditChain {
    /// All rows are unchanged.
    Whole {
        rows: i64,
    },
    /// There are no rows, or those of an older version have no digests yet.
    NotBegun,
    Broken(String),
}

impl Db {
    /// Computes the digests of older versions' rows, in small batches so that nobody waits long.
    pub async fn take_in_older_audit(&self) -> sqlx::Result<()> {
        loop {
            let mut tx = self.begin().await?;
            let more = tx.take_in_some().await?;
            tx.commit().await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Goes through the whole audit, as it is at one moment.
    pub async fn audit_chain(&self) -> sqlx::Result<AuditChain> {
        let mut tx = self.snapshot().await?;
        let (Some(head), Some(cut)) = (tx.end_at(HEAD).await?, tx.end_at(CUT).await?) else {
            return Ok(AuditChain::Broken(
                "where it ends is not on record".to_owned(),
            ));
        };
        if tx.end_at(OLDER).await?.is_some() || (head.rows == 0 && tx.is_empty().await?) {
            return Ok(AuditChain::NotBegun);
        }
        let mut last = End {
            rows: 0,
            ..cut.clone()
        };
        loop {
            let rows = tx.audit_from(last.audit_id).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.hash.as_deref() != Some(row.entry().hash(&last.hash).as_str()) {
                    let id = row.id;
                    return Ok(AuditChain::Broken(format!(
                        "row {id} is not as it was written, or one before it is missing or was put in"
                    )));
                }
                last = End {
                    audit_id: row.id,
                    hash: row.hash.unwrap_or_default(),
                    rows: last.rows + 1,
                };
            }
        }
        let written = head.rows - cut.rows;
        if last.hash != head.hash || last.rows != written {
            return Ok(AuditChain::Broken(format!(
                "there are {} rows up to {}, and {written} were written, up to {}",
                last.rows, last.audit_id, head.audit_id
            )));
        }
        Ok(AuditChain::Whole { rows: last.rows })
    }
}

impl Tx {
    /// The digest that the next row follows.
    pub(super) async fn end_of_chain(&mut self) -> sqlx::Result<String> {
        while self.take_in_some().await? {}
        match self.end_at(HEAD).await? {
            Some(head) if head.rows > 0 => Ok(head.hash),
            // The row was deleted. Recording continues; the number of rows shows the gap.
            _ => self.last_hash().await,
        }
    }

    /// Notes that the chain ends with this row.
    pub(super) async fn lengthen_chain(&mut self, id: i64, hash: &str) -> sqlx::Result<()> {
        self.lengthen_chain_by(1, id, hash).await
    }

    async fn lengthen_chain_by(&mut self, rows: i64, id: i64, hash: &str) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_audit_chain (what, audit_id, hash, rows) VALUES ($1, $2, $3, $4)
             ON CONFLICT (what) DO UPDATE SET audit_id = excluded.audit_id, hash = excluded.hash,
                 rows = ops_audit_chain.rows + excluded.rows",
        )
        .bind(HEAD)
        .bind(id)
        .bind(hash)
        .bind(rows)
        .execute()
        .await
    }

    /// Rows of versions that knew of no digests are the chain's beginning. False when there are no more of them.
    async fn take_in_some(&mut self) -> sqlx::Result<bool> {
        let Some(older) = self.end_at(OLDER).await? else {
            return Ok(false);
        };
        let mut head = self.end_at(HEAD).await?.unwrap_or_default();
        let mut rows = self.audit_from(head.audit_id).await?;
        rows.retain(|row| row.id <= older.audit_id);
        for row in &rows {
            head.hash = row.entry().hash(&head.hash);
            self.query("UPDATE ops_audit SET hash = $2 WHERE id = $1")
                .bind(row.id)
                .bind(&head.hash)
                .execute()
                .await?;
        }
        match rows.last() {
            Some(last) => {
                let count = i64::try_from(rows.len()).unwrap_or(PAGE);
                self.lengthen_chain_by(count, last.id, &head.hash).await?;
                Ok(true)
            }
            None => self
                .query("DELETE FROM ops_audit_chain WHERE what = $1")
                .bind(OLDER)
                .execute()
                .await
                .map(|()| false),
        }
    }

    /// Deletes at most `most` rows before that moment from the start of the chain, and records where it starts now.
    /// Returns the number of deleted rows.
    pub(in crate::db) async fn cut_chain(
        &mut self,
        before: Timestamp,
        now: Timestamp,
        at_most: i64,
    ) -> sqlx::Result<u64> {
        let old: Vec<(i64, Option<String>)> = self
            .query(OLD)
            .bind(before)
            .bind(at_most)
            .bind(now + AHEAD)
            .fetch_all()
            .await?;
        let Some((id, hash)) = old.last() else {
            return Ok(0);
        };
        let chained = old.iter().filter(|(_, hash)| hash.is_some()).count();
        self.query(
            "UPDATE ops_audit_chain SET audit_id = $2, hash = $3, rows = rows + $4
             WHERE what = $1",
        )
        .bind(CUT)
        .bind(id)
        .bind(hash.clone().unwrap_or_default())
        .bind(i64::try_from(chained).unwrap_or(i64::MAX))
        .execute()
        .await?;
        self.query("DELETE FROM ops_audit WHERE id <= $1")
            .bind(id)
            .rows_affected()
            .await
    }

    async fn end_at(&mut self, what: &str) -> sqlx::Result<Option<End>> {
        self.query(ENDS).bind(what).fetch_optional().await
    }

    async fn is_empty(&mut self) -> sqlx::Result<bool> {
        self.query("SELECT NOT EXISTS (SELECT 1 FROM ops_audit)")
            .fetch_value()
            .await
    }

    async fn last_hash(&mut self) -> sqlx::Result<String> {
        let found: Option<String> = self
            .query("SELECT hash FROM ops_audit WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1")
            .fetch_optional_value()
            .await?;
        Ok(found.unwrap_or_default())
    }

    async fn audit_from(&mut self, after: i64) -> sqlx::Result<Vec<AuditRow>> {
        self.query(super::AFTER)
            .bind(after)
            .bind(PAGE)
            .fetch_all()
            .await
    }
}
