//! `ops_audit`: who has changed what.

use super::{
    Db, Turn, on,
    tx::{Tx, within},
};
use crate::domain::{Act, ActOutcome, Timestamp, Who};

/// More of a text than this says nothing more. Some of it comes from others.
const SUBJECT_LENGTH: usize = 200;
const DETAIL_LENGTH: usize = 500;

/// What is to be written down of an act.
#[derive(Clone, Copy, Debug)]
pub struct NewAudit<'a> {
    pub who: &'a Who,
    pub act: Act,
    pub subject: &'a str,
    pub outcome: ActOutcome,
    pub detail: &'a str,
}

/// A row, as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    pub id: i64,
    pub at: Timestamp,
    pub actor: String,
    pub actor_name: String,
    pub door: String,
    pub origin: String,
    pub act: String,
    pub subject: String,
    pub outcome: String,
    pub detail: String,
}

/// Some rows, the newest first, and how many there are on either side of them.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    pub newer: i64,
    pub older: i64,
}

const INSERT: &str =
    "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Every column, before what follows.
macro_rules! select_audit {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, actor, actor_name, door, origin, act, subject, outcome, detail FROM ops_audit ",
            $rest
        )
    };
}

impl Db {
    /// Outside of any transaction, for acts that have none.
    pub async fn record_audit(&self, new: &NewAudit<'_>, now: Timestamp) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.insert_audit(new, now).await?;
        tx.commit().await
    }

    /// The newest first.
    pub async fn audit(
        &self,
        act: Option<Act>,
        before: Option<i64>,
        limit: i64,
    ) -> sqlx::Result<Vec<AuditRow>> {
        on!(self, pool => {
            sqlx::query_as(select_audit!(
                "WHERE ($1 IS NULL OR act = $1) AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
            ))
            .bind(act.map(Act::as_str))
            .bind(before)
            .bind(limit)
            .fetch_all(pool)
            .await
        })
    }

    /// The newest page, or the one next to a row; a page towards the newest that would not be full is the newest.
    /// `None` when there is nothing beyond that row.
    pub async fn audit_page(
        &self,
        limit: i64,
        turn: Option<Turn>,
    ) -> sqlx::Result<Option<AuditPage>> {
        let rows = match turn {
            Some(Turn::Older(id)) => {
                let older = self.audit(None, Some(id), limit).await?;
                if older.is_empty() {
                    return Ok(None);
                }
                older
            }
            Some(Turn::Newer(id)) => {
                let newer = self.audit_after(id, limit).await?;
                if i64::try_from(newer.len()).is_ok_and(|found| found == limit) {
                    newer
                } else {
                    self.audit(None, None, limit).await?
                }
            }
            None => self.audit(None, None, limit).await?,
        };
        let (newer, older) = match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => self.audit_beside(first.id, last.id).await?,
            _ => (0, 0),
        };
        Ok(Some(AuditPage { rows, newer, older }))
    }

    /// Those next to the row, the newest first.
    async fn audit_after(&self, id: i64, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
        let mut rows: Vec<AuditRow> = on!(self, pool => {
            sqlx::query_as(select_audit!("WHERE id > $1 ORDER BY id LIMIT $2"))
                .bind(id)
                .bind(limit)
                .fetch_all(pool)
                .await
        })?;
        rows.reverse();
        Ok(rows)
    }

    /// How many there are that are newer than the one, and how many that are older than the other.
    async fn audit_beside(&self, first: i64, last: i64) -> sqlx::Result<(i64, i64)> {
        on!(self, pool => {
            sqlx::query_as(
                "SELECT COUNT(CASE WHEN id > $1 THEN 1 END), COUNT(CASE WHEN id < $2 THEN 1 END) FROM ops_audit",
            )
            .bind(first)
            .bind(last)
            .fetch_one(pool)
            .await
        })
    }
}

impl Tx {
    pub async fn insert_audit(&mut self, new: &NewAudit<'_>, now: Timestamp) -> sqlx::Result<()> {
        let Who { by, origin } = new.who;
        within!(self, conn => {
            sqlx::query(INSERT)
                .bind(now)
                .bind(by.actor.to_string())
                .bind(in_a_line(&by.proven(), SUBJECT_LENGTH))
                .bind(origin.door.as_str())
                .bind(&origin.from)
                .bind(new.act.as_str())
                .bind(in_a_line(new.subject, SUBJECT_LENGTH))
                .bind(new.outcome.as_str())
                .bind(in_a_line(new.detail, DETAIL_LENGTH))
                .execute(conn)
                .await
                .map(drop)
        })
    }
}

/// Without line breaks and NULs, which PostgreSQL keeps not, and not too long.
fn in_a_line(text: &str, length: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(length).map(plain).collect()
}
