//! `ops_audit`: who has changed what.

pub(super) mod chain;

pub use self::chain::AuditChain;
use super::{
    Db,
    page::{List, Page, Turn, page},
    tx::Tx,
};
use crate::domain::{Act, ActOutcome, AuditEntry, Timestamp, Who, one_line};

/// Length limit for texts, some of which come from clients.
const SUBJECT_LENGTH: usize = 200;
const DETAIL_LENGTH: usize = 500;

/// A new row of the audit.
#[derive(Clone, Copy, Debug)]
pub struct NewAudit<'a> {
    pub who: &'a Who,
    pub act: Act,
    pub subject: &'a str,
    pub outcome: ActOutcome,
    pub detail: &'a str,
}

/// A row of the audit.
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
    /// `None` of what an older version has written, until the next act.
    pub hash: Option<String>,
}

impl AuditRow {
    pub fn entry(&self) -> AuditEntry<'_> {
        AuditEntry {
            at: self.at,
            actor: &self.actor,
            actor_name: &self.actor_name,
            door: &self.door,
            origin: &self.origin,
            act: &self.act,
            subject: &self.subject,
            outcome: &self.outcome,
            detail: &self.detail,
        }
    }
}

const INSERT: &str =
    "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";

/// Every column, before what follows.
const SELECT: &str = "SELECT id, at, actor, actor_name, door, origin, act, subject, outcome, detail, hash FROM ops_audit";

const AFTER: [&str; 2] = [SELECT, "WHERE id > $1 ORDER BY id LIMIT $2"];

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
        self.query([
            SELECT,
            "WHERE ($1 IS NULL OR act = $1) AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        ])
        .bind(act.map(Act::as_str))
        .bind(before)
        .bind(limit)
        .fetch_all()
        .await
    }

    /// The newest page, or the one next to a row; `None` when there is nothing beyond that row.
    pub async fn audit_page(
        &self,
        limit: i64,
        turn: Option<Turn>,
    ) -> sqlx::Result<Option<Page<AuditRow>>> {
        page(&Audit(self), limit, turn).await
    }

    /// The rows after it, oldest first.
    pub async fn audit_since(&self, id: i64, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
        self.query(AFTER).bind(id).bind(limit).fetch_all().await
    }

    /// The newest row's number; 0 when there is none.
    pub async fn newest_audit(&self) -> sqlx::Result<i64> {
        let newest: Option<i64> = self
            .query("SELECT MAX(id) FROM ops_audit")
            .fetch_value()
            .await?;
        Ok(newest.unwrap_or_default())
    }

    /// The digest of a row, if it is there.
    pub async fn audit_hash(&self, id: i64) -> sqlx::Result<Option<String>> {
        self.query("SELECT COALESCE(hash, '') FROM ops_audit WHERE id = $1")
            .bind(id)
            .fetch_optional_value()
            .await
    }

    /// The last row that was copied to that place; 0 when none was.
    pub async fn audit_copied_to(&self, place: &str) -> sqlx::Result<i64> {
        let copied: Option<i64> = self
            .query("SELECT audit_id FROM ops_audit_chain WHERE what = 'copy:' || $1")
            .bind(place)
            .fetch_optional_value()
            .await?;
        Ok(copied.unwrap_or_default())
    }

    /// Notes that all up to this row has been copied there.
    pub async fn audit_copied(&self, place: &str, id: i64) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_audit_chain (what, audit_id, hash, rows)
             VALUES ('copy:' || $1, $2, '', 0)
             ON CONFLICT (what) DO UPDATE SET audit_id = excluded.audit_id",
        )
        .bind(place)
        .bind(id)
        .execute()
        .await
    }
}

struct Audit<'a>(&'a Db);

impl List for Audit<'_> {
    type Row = AuditRow;

    fn id(row: &AuditRow) -> i64 {
        row.id
    }

    async fn newest(&self, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
        self.0.audit(None, None, limit).await
    }

    async fn beside(&self, turn: Turn, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
        match turn {
            Turn::Older(id) => self.0.audit(None, Some(id), limit).await,
            Turn::Newer(id) => {
                let mut rows = self.0.audit_since(id, limit).await?;
                rows.reverse();
                Ok(rows)
            }
        }
    }

    async fn around(&self, first: i64, last: i64) -> sqlx::Result<(i64, i64)> {
        self.0
            .query(
                "SELECT COUNT(CASE WHEN id > $1 THEN 1 END), COUNT(CASE WHEN id < $2 THEN 1 END)
                 FROM ops_audit",
            )
            .bind(first)
            .bind(last)
            .fetch_one()
            .await
    }
}

impl Tx {
    pub async fn insert_audit(&mut self, new: &NewAudit<'_>, now: Timestamp) -> sqlx::Result<()> {
        let Who { by, origin } = new.who;
        let entry = AuditEntry {
            at: now,
            actor: &by.actor.to_string(),
            actor_name: &in_a_line(&by.proven(), SUBJECT_LENGTH),
            door: origin.door.as_str(),
            origin: &in_a_line(&origin.from, SUBJECT_LENGTH),
            act: new.act.as_str(),
            subject: &in_a_line(new.subject, SUBJECT_LENGTH),
            outcome: new.outcome.as_str(),
            detail: &in_a_line(new.detail, DETAIL_LENGTH),
        };
        let hash = entry.hash(&self.end_of_chain().await?);
        let id: i64 = self
            .query(INSERT)
            .bind(entry.at)
            .bind(entry.actor)
            .bind(entry.actor_name)
            .bind(entry.door)
            .bind(entry.origin)
            .bind(entry.act)
            .bind(entry.subject)
            .bind(entry.outcome)
            .bind(entry.detail)
            .bind(&hash)
            .fetch_value()
            .await?;
        self.lengthen_chain(id, &hash).await
    }
}

/// On one line, and not too long.
fn in_a_line(text: &str, length: usize) -> String {
    one_line(&text.chars().take(length).collect::<String>())
}
