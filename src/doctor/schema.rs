//! Whether the platform's tables are there, and which detector is blind without them.

use super::{Check, Finding, Scene};
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
        match missing(db, reads).await {
            Ok(missing) => findings.extend(judge(reads, &missing)),
            Err(error) => findings.push(Finding::error(
                format!("{} cannot be looked at: {error}", reads.object),
                "see whether it is whole, and whether the account may read it",
            )),
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok("all that the detectors read is there"));
    }
    findings
}

/// The columns that are not there.
async fn missing(db: &Db, reads: &Reads) -> sqlx::Result<Vec<&'static str>> {
    let columns = db.columns(reads.object).await?;
    let mut missing = reads.columns.to_vec();
    missing.retain(|column| !columns.contains(*column));
    Ok(missing)
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
