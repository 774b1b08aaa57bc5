//! Checks that each query of `sovani-ops.toml` can be run, and that its account cannot do more than read.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, timeout_at};

use super::{Check, Finding, Installation};
use crate::{
    db::{Db, Rights},
    detectors::{self, Entry, QuerySource, Scene},
    domain::one_line,
    facts::Facts,
};

/// The doctor has ten seconds for each of its checks.
const WITHIN: Duration = Duration::from_secs(8);

pub const CHECK: Check = Check {
    name: "own_checks",
    needs: &["OPS_CONFIG", "DATABASE_URL", "CHECKS_DATABASE_URL"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let queries: Vec<&Entry> = installation
        .registry
        .iter()
        .filter(|entry| entry.query().is_some())
        .collect();
    if queries.is_empty() {
        return vec![Finding::ok("there are none in sovani-ops.toml")];
    }
    let db = match installation.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let until = Instant::now() + WITHIN;
    let runs = queries.iter().map(|entry| async move {
        let run = timeout_at(until, run(installation, db, entry)).await;
        run.unwrap_or_else(|_| {
            Finding::not_checked(
                format!("{} had no turn within {}s", entry.name(), WITHIN.as_secs()),
                format!("run: sovani-ops check {} --explain", entry.name()),
            )
        })
    });
    let mut findings = join_all(runs).await;
    let source = QuerySource::new(&installation.settings);
    // Where they cannot be asked for, the queries have told why.
    if let Ok(Ok(rights)) = timeout_at(until, source.rights()).await {
        findings.extend(rights.as_ref().and_then(judge_rights));
    }
    findings
}

/// Runs the query once.
async fn run(installation: &Installation, db: &Db, entry: &Entry) -> Finding {
    let now = installation.clock.now();
    let facts = Facts::of(db.clone());
    let scene = Scene::new(&facts, &installation.settings, &installation.web, now);
    let checks = detectors::run(std::slice::from_ref(entry), scene).await;
    let Some(check) = checks.first() else {
        return Finding::not_checked(entry.name(), "this is a fault of the program; report it");
    };
    let said = format!("{}: {}", entry.name(), one_line(&check.message));
    if check.failed() && check.standing.is_none() {
        return Finding::error(
            said,
            format!(
                "mend its entry in sovani-ops.toml, and run: sovani-ops check {} --explain",
                entry.name()
            ),
        );
    }
    Finding::ok(format!("{said}, in {} ms", check.duration.as_millis()))
}

/// `None` for an account that can only read.
pub fn judge_rights(rights: &Rights) -> Option<Finding> {
    if !rights.are_more_than_needed() {
        return None;
    }
    let Rights {
        superuser,
        roles,
        tables,
    } = rights;
    let mut can = Vec::new();
    if *superuser {
        can.push("is a superuser".to_owned());
    }
    if !roles.is_empty() {
        can.push(format!("is a member of {}", roles.join(", ")));
    }
    if !tables.is_empty() {
        can.push(format!("may change tables such as {}", tables.join(", ")));
    }
    Some(Finding::warning(
        format!("the account of these checks {}", can.join(", and ")),
        "make an account that may only SELECT, and set CHECKS_DATABASE_URL; sovani-ops.example.toml has the statements",
    ))
}
