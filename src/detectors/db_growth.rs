//! Checks the size of the database, and predicts when it reaches its limit.

use chrono::Duration;

use super::{Detector, Scene};
use crate::{
    domain::{Arg, Severity, Timestamp, Verdict, days_until, growth_per_day, megabytes},
    settings::{Threshold, parse},
};

/// The rate is that of so much time: a week has all its days.
const TREND_OVER: Duration = Duration::days(7);
/// Checks on request may come more often, and a trend over days needs no closer samples.
const SAMPLE_EVERY: Duration = Duration::minutes(1);
const MB: f64 = 1024.0 * 1024.0;
/// A prediction further ahead means nothing.
const FORESEEABLE_DAYS: f64 = 3_650.0;

pub static THRESHOLD_MB: Threshold<u64> = Threshold {
    setting: "DB_SIZE_THRESHOLD_MB",
    default: "5120",
    about: "Database size in MB above which the alarm is raised.",
    accepts: |text| parse::number(text, &(1..=1_000_000_000)),
};

pub const DETECTOR: Detector = Detector {
    name: "check_db_growth",
    severity: Severity::Warning,
    target: None,
    reads: &[],
    also_reads: &[],
    thresholds: &[&THRESHOLD_MB],
    runbook: include_str!("../../runbooks/check_db_growth.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> anyhow::Result<Verdict> {
    let bytes = db.size().await?;
    let mut history = db.sizes_since(now - TREND_OVER).await?;
    let newest = history.last().map(|(at, _)| *at);
    if newest.is_none_or(|newest| now.since(newest).abs() >= SAMPLE_EVERY) {
        // The platform may be busy writing, and a trend can do without a sample.
        if let Err(error) = db.record_size(now, bytes).await {
            tracing::warn!(%error, "the size of the database is not written down");
        }
        history.push((now, bytes));
        // The clock may have been set back.
        history.sort_unstable_by_key(|(at, _)| *at);
    }
    Ok(judge(bytes, &history, settings.threshold(&THRESHOLD_MB)))
}

/// `history` is oldest first.
#[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole days, of which there are few"
)]
pub fn judge(bytes: i64, history: &[(Timestamp, i64)], threshold_mb: u64) -> Verdict {
    let size_mb = megabytes(bytes);
    let growth = growth_per_day(history);
    let days_left = growth
        .and_then(|bytes| days_until(size_mb, threshold_mb as f64, bytes / MB))
        .filter(|days| *days <= FORESEEABLE_DAYS)
        .map(|days| days.floor() as i64);
    let verdict = if size_mb > threshold_mb as f64 {
        Verdict::fail(
            "size",
            match growth {
                Some(_) => "finding-growth-over-and-growing",
                None => "finding-growth-over",
            },
        )
    } else {
        Verdict::pass(match (growth, days_left) {
            (_, Some(_)) => "finding-growth-within-for-days",
            (Some(_), None) => "finding-growth-within-and-growing",
            (None, None) => "finding-growth-within",
        })
    };
    verdict
        .figure("size_mb", Arg::Size(bytes))
        .figure("threshold_mb", Arg::SizeLimit(threshold_mb))
        .figure(
            "daily_growth_mb",
            growth.map(|bytes| Arg::Size(bytes.round() as i64)),
        )
        .figure("left_days", days_left.map(Arg::Days))
}
