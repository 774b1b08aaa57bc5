//! Verifies the hash chain of the audit.

use super::{Check, Finding, Installation};
use crate::{
    db::{AuditChain, Db},
    ops::audit_log,
    settings::AuditLog,
};

const BROKEN: &str = "somebody has changed the table ops_audit: see who can write to the database, and compare it with a backup or with what AUDIT_LOG has";

pub const CHECK: Check = Check {
    name: "audit",
    needs: &["DATABASE_URL", "AUDIT_LOG"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let db = match installation.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let mut findings = vec![chain(db).await];
    if let Some(log) = &installation.settings.audit_log {
        findings.push(copy(db, log).await);
    }
    findings
}

async fn chain(db: &Db) -> Finding {
    match db.audit_chain().await {
        Ok(AuditChain::Whole { rows }) => {
            Finding::ok(format!("all {rows} rows are as they were written"))
        }
        Ok(AuditChain::NotBegun) => Finding::ok("nothing has been put on record yet"),
        Ok(AuditChain::Broken(why)) => Finding::error(why, BROKEN),
        Err(_) => Finding::not_checked(
            "the audit cannot be read",
            "see the check database; an older version's tables are brought up to date by the next start",
        ),
    }
}

/// The digest of the last line covers all lines before it.
async fn copy(db: &Db, log: &AuditLog) -> Finding {
    let AuditLog::File(path) = log else {
        return Finding::not_checked(
            format!("what {log} has is not read from here"),
            "look for sovani-ops-audit there, or with: journalctl -t sovani-ops-audit",
        );
    };
    let path = path.display();
    let last = match audit_log::last_of(log.clone()).await {
        Ok(Some(last)) => last,
        Ok(None) => {
            return Finding::warning(
                format!("there is nothing in {path} yet"),
                "the program writes there once it runs with this AUDIT_LOG",
            );
        }
        Err(error) => {
            return Finding::error(
                format!("{path} cannot be read: {error}"),
                "check the path and the account's rights; until then the audit is in the database alone",
            );
        }
    };
    let id = last.id;
    match db.audit_hash(id).await {
        Ok(Some(hash)) if Some(&hash) == last.hash.as_ref() => {
            Finding::ok(format!("{path} and the database agree up to row {id}"))
        }
        Ok(Some(_)) => Finding::error(
            format!("row {id} has another digest in the database than in {path}"),
            BROKEN,
        ),
        Ok(None) => Finding::warning(
            format!("row {id}, the last in {path}, is not in the database"),
            "it is older than RETENTION_DAYS, or a backup was restored; else somebody has deleted it",
        ),
        Err(_) => Finding::not_checked("the audit cannot be read", "see the check database"),
    }
}
