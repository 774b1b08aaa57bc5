//! The audit, and that it stays as written.

mod chain;
mod copies;
mod counted;

use sovani_ops::{
    db::{AuditChain, Db},
    domain::{Act, ActOutcome, By, Who},
};

use crate::support::{database::TestDatabase, program::TestProgram};

/// An act that nothing else comes of.
async fn act(program: &TestProgram, subject: &str) {
    record(&program.cx().db, subject, program).await;
}

async fn record(db: &Db, subject: &str, program: &TestProgram) {
    let new = sovani_ops::db::NewAudit {
        who: &Who::in_chat(By::user(7, "Anna"), 7),
        act: Act::Resolve,
        subject,
        outcome: ActOutcome::Done,
        detail: "",
    };
    db.record_audit(&new, program.cx().clock.now())
        .await
        .unwrap();
}

async fn chain(database: &TestDatabase) -> AuditChain {
    database.db().audit_chain().await.unwrap()
}

fn is_broken(chain: &AuditChain) -> bool {
    matches!(chain, AuditChain::Broken(_))
}
