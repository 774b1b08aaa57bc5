//! Checks that the charged commissions match the agreed ones.

use chrono::Days;

use super::{Detector, Scene};
use crate::{
    db::{Column, Holds, Relation},
    domain::{Arg, Finding, Severity, Verdict},
    settings::{Threshold, parse},
};

/// Today and the six days before it.
const PERIOD_DAYS: u64 = 7;

pub static TOLERATED: Threshold<u64> = Threshold {
    setting: "COMMISSION_OUTLIERS_MAX",
    default: "5",
    about: "Commission outliers in 7 days that are still tolerated.",
    accepts: |text| parse::number(text, &(0..=1_000_000_000)),
};

pub const DETECTOR: Detector = Detector {
    name: "check_commission_outliers",
    severity: Severity::Warning,
    target: None,
    reads: &[Relation {
        name: "vw_commission_recon",
        columns: &[
            Column::of_days(PERIOD_DAYS, "d", Holds::Day, "sku_id", "d"),
            Column::of_days(PERIOD_DAYS, "flag_outlier", Holds::Flag, "d", "d"),
        ],
    }],
    also_reads: &[],
    thresholds: &[&TOLERATED],
    runbook: include_str!("../../runbooks/check_commission_outliers.md"),
    run: |scene| Box::pin(run(scene)),
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub rows: i64,
    pub outliers: i64,
}

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let Scene { settings, now, .. } = scene;
    let today = settings.calendar().today(now);
    let first = today - Days::new(PERIOD_DAYS - 1);
    let commissions = scene.facts().commissions((first, today)).await?;
    let of_each = || commissions.figures().map(|(_, commissions)| commissions);
    let sample = Sample {
        rows: of_each().map(|commissions| commissions.rows).sum(),
        outliers: of_each().map(|commissions| commissions.outliers).sum(),
    };
    Ok(judge(&sample, settings.threshold(&TOLERATED)))
}

pub fn judge(sample: &Sample, tolerated: u64) -> Verdict {
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
