//! Whether the database outgrows its limit.

use super::{Detector, Scene};
use crate::domain::{Severity, Verdict, megabytes};

pub const DETECTOR: Detector = Detector {
    name: "check_db_growth",
    about: "Size of the database",
    severity: Severity::Warning,
    reads: &[],
    runbook: include_str!("../../runbooks/check_db_growth.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(Scene { db, settings, .. }: Scene<'_>) -> anyhow::Result<Verdict> {
    Ok(judge(db.size().await?, settings.db_size_threshold_mb))
}

#[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
pub fn judge(bytes: i64, threshold_mb: u64) -> Verdict {
    let size_mb = megabytes(bytes);
    let threshold = match threshold_mb {
        mb if mb.is_multiple_of(1024) => format!("{}GB", mb / 1024),
        mb => format!("{mb}MB"),
    };
    let verdict = if size_mb > threshold_mb as f64 {
        Verdict::fail(
            "size",
            format!("Database size {size_mb:.1} MB exceeds {threshold} threshold"),
        )
    } else {
        Verdict::pass(format!(
            "Database size {size_mb:.1} MB, threshold {threshold}"
        ))
    };
    verdict
        .with("size_mb", (size_mb * 10.0).round() / 10.0)
        .with("threshold_mb", threshold_mb)
}
