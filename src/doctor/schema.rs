//! Checks that the platform's tables exist, and which detectors fail without them.

use std::collections::HashMap;

use super::{Check, Finding, Installation, values};
use crate::{db::Db, detectors::Registry};

/// The columns that are read of the platform's tables and views.
const COLUMNS: &[(&str, &[&str])] = &[
    ("daily_sales", &["d", "sku_id"]),
    ("sku", &["id", "marketplace"]),
    (
        "job_runs",
        &[
            "job_name",
            "started_at",
            "finished_at",
            "status",
            "error_message",
        ],
    ),
    ("cashflow_daily", &["d", "marketplace", "net"]),
    ("vw_commission_recon", &["d", "flag_outlier"]),
];

/// A table or view of the platform's, and the detectors that are blind without it.
pub struct Reads<'a> {
    pub object: &'a str,
    pub detectors: Vec<&'a str>,
}

/// All that the detectors read, each of them once.
pub fn reads(registry: &Registry) -> Vec<Reads<'_>> {
    let mut all: Vec<Reads<'_>> = Vec::new();
    for detector in registry.iter() {
        let also = detector.also_reads().iter().copied();
        for object in detector.reads().into_iter().chain(also) {
            match all.iter_mut().find(|reads| reads.object == object) {
                Some(reads) => reads.detectors.push(detector.name()),
                None => all.push(Reads {
                    object,
                    detectors: vec![detector.name()],
                }),
            }
        }
    }
    all
}

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
        None => values::look(installation, db, reads.object, &declared).await,
    }
}

fn judge(reads: &Reads<'_>, declared: &HashMap<String, String>) -> Option<Finding> {
    let known = COLUMNS.iter().find(|(object, _)| *object == reads.object);
    let mut missing = known.map_or_else(Vec::new, |(_, columns)| columns.to_vec());
    missing.retain(|column| !declared.contains_key(*column));
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
