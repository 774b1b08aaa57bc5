//! Checks that the platform's tables exist, and which detectors fail without them.

use std::collections::HashMap;

use super::{
    Check, Finding, Installation,
    reads::{Reads, reads},
    values,
};
use crate::db::Db;

pub const CHECK: Check = Check {
    name: "schema",
    needs: &["DATABASE_URL"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let db = match installation.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for reads in reads(&installation.registry) {
        let object = reads.object;
        match of_object(installation, db, &reads).await {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(Finding::error(
                format!("{object} cannot be looked at: {error}"),
                "see whether it is whole, and whether the account may read it",
            )),
        }
    }
    findings.extend(values::spellings(db).await.unwrap_or_default());
    if findings.is_empty() {
        findings.push(Finding::ok("all that the detectors read is there"));
    }
    findings
}

async fn of_object(
    installation: &Installation,
    db: &Db,
    reads: &Reads<'_>,
) -> sqlx::Result<Vec<Finding>> {
    let declared = db.column_types(reads.object).await?;
    match judge(reads, &declared) {
        Some(finding) => Ok(vec![finding]),
        None => values::look(installation, db, reads, &declared).await,
    }
}

fn judge(reads: &Reads<'_>, declared: &HashMap<String, String>) -> Option<Finding> {
    let columns = reads.columns.iter().map(|column| column.name);
    let missing: Vec<_> = columns
        .filter(|name| !declared.contains_key(*name))
        .collect();
    if missing.is_empty() && !declared.is_empty() {
        return None;
    }
    let object = reads.object;
    let blind = format!("{} cannot look", reads.detectors.join(" and "));
    Some(if declared.is_empty() {
        Finding::warning(
            format!("there is no {object}: {blind}"),
            "run the platform's own migrations on this database",
        )
    } else {
        Finding::error(
            format!("{object} has no column {}: {blind}", missing.join(", ")),
            "see whether the platform's version fits this program",
        )
    })
}
