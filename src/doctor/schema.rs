//! Whether the platform's tables are there, and which detector is blind without them.

use super::{Check, Finding, Scene, values};
use crate::db::Db;

/// What is read of one of the platform's tables or views.
pub struct Reads {
    pub object: &'static str,
    pub columns: &'static [&'static str],
    /// The detectors that are blind without it.
    pub detectors: &'static [&'static str],
}

pub const READS: &[Reads] = &[
    Reads {
        object: "daily_sales",
        columns: &["d", "sku_id"],
        detectors: &["check_ingest_success_rate"],
    },
    Reads {
        object: "sku",
        columns: &["id", "marketplace"],
        detectors: &["check_ingest_success_rate"],
    },
    Reads {
        object: "job_runs",
        columns: &[
            "job_name",
            "started_at",
            "finished_at",
            "status",
            "error_message",
        ],
        detectors: &["check_ingest_success_rate", "check_scheduler_on_time"],
    },
    Reads {
        object: "cashflow_daily",
        columns: &["d", "marketplace", "net"],
        detectors: &["check_cash_balance_threshold"],
    },
    Reads {
        object: "vw_commission_recon",
        columns: &["d", "flag_outlier"],
        detectors: &["check_commission_outliers"],
    },
];

pub const CHECK: Check = Check {
    name: "schema",
    needs: &["DATABASE_URL"],
    run: |scene| Box::pin(look(scene)),
};

async fn look(scene: &Scene) -> Vec<Finding> {
    let db = match scene.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for reads in READS {
        let object = reads.object;
        match of_object(scene, db, reads).await {
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

async fn of_object(scene: &Scene, db: &Db, reads: &Reads) -> sqlx::Result<Vec<Finding>> {
    let declared = db.column_types(reads.object).await?;
    let mut missing = reads.columns.to_vec();
    missing.retain(|column| !declared.contains_key(*column));
    match judge(reads, &missing) {
        Some(finding) => Ok(vec![finding]),
        None => values::look(scene, db, reads.object, &declared).await,
    }
}

fn judge(reads: &Reads, missing: &[&str]) -> Option<Finding> {
    if missing.is_empty() {
        return None;
    }
    let object = reads.object;
    let blind = format!("{} cannot look", reads.detectors.join(" and "));
    Some(if missing == reads.columns {
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
