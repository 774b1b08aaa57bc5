//! Whether the commissions that were charged drift from those that were agreed.

use chrono::Days;

use super::{Detector, Scene};
use crate::{
    db::CommissionSample,
    domain::{Severity, Verdict},
};

/// Today and the six days before it.
const PERIOD_DAYS: u64 = 7;

pub const DETECTOR: Detector = Detector {
    name: "check_commission_outliers",
    about: "Charged commissions match the agreed ones",
    severity: Severity::Warning,
    target: None,
    reads: &["vw_commission_recon"],
    also_reads: &[],
    runbook: include_str!("../../runbooks/check_commission_outliers.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> anyhow::Result<Verdict> {
    let calendar = settings.calendar();
    let today = calendar.today(now);
    let sample = db
        .commissions(today - Days::new(PERIOD_DAYS - 1), today, calendar.zone)
        .await?;
    Ok(judge(&sample, settings.commission_outliers_max))
}

pub fn judge(sample: &CommissionSample, tolerated: u64) -> Verdict {
    if sample.rows == 0 {
        return Verdict::not_measured(format!(
            "No data to look at: vw_commission_recon has no rows of the last {PERIOD_DAYS} days"
        ));
    }
    let outliers = sample.outliers;
    let verdict = if u64::try_from(outliers).unwrap_or(0) > tolerated {
        Verdict::fail(
            "outliers",
            format!("{outliers} commission outliers detected in last {PERIOD_DAYS} days"),
        )
    } else {
        Verdict::pass(format!(
            "{outliers} commission outliers in last {PERIOD_DAYS} days, {tolerated} tolerated"
        ))
    };
    verdict
        .with("outliers_count", outliers)
        .with("period_days", PERIOD_DAYS)
        .with("tolerated", tolerated)
        .with("rows_checked", sample.rows)
}
