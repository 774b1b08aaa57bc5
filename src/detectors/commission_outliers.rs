//! Checks that the charged commissions match the agreed ones.

use chrono::Days;

use super::{Detector, Scene};
use crate::{
    db::CommissionSample,
    domain::{Arg, Finding, Severity, Verdict},
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
        return Verdict::not_measured(
            Finding::new("finding-commissions-empty").arg("period_days", Arg::days(PERIOD_DAYS)),
        );
    }
    let outliers = sample.outliers;
    let verdict = if u64::try_from(outliers).unwrap_or(0) > tolerated {
        Verdict::fail("outliers", "finding-commissions-off")
    } else {
        Verdict::pass("finding-commissions-right")
    };
    verdict
        .figure("outliers_count", Arg::Count(outliers))
        .figure("period_days", Arg::days(PERIOD_DAYS))
        .figure("tolerated", Arg::count(tolerated))
        .figure("rows_checked", Arg::Count(sample.rows))
}
