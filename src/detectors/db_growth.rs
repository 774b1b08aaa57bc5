//! Whether the database outgrows its limit, and when it will.

use chrono::Duration;

use super::{Detector, Scene};
use crate::domain::{Severity, Timestamp, Verdict, days_until, growth_per_day, megabytes};

/// The rate is that of so much time: a week has all its days.
const TREND_OVER: Duration = Duration::days(7);
/// What is further off says nothing.
const FORESEEABLE_DAYS: f64 = 3_650.0;

pub const DETECTOR: Detector = Detector {
    name: "check_db_growth",
    about: "Size of the database, and how fast it grows",
    severity: Severity::Warning,
    target: None,
    reads: &[],
    also_reads: &[],
    runbook: include_str!("../../runbooks/check_db_growth.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> anyhow::Result<Verdict> {
    let bytes = db.size().await?;
    // The platform may be busy writing, and a trend can do without a sample.
    if let Err(error) = db.record_size(now, bytes).await {
        tracing::warn!(%error, "the size of the database is not written down");
    }
    let history = db.sizes_since(now - TREND_OVER).await?;
    Ok(judge(bytes, &history, settings.db_size_threshold_mb))
}

/// `history` is oldest first.
#[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole days, of which there are few"
)]
pub fn judge(bytes: i64, history: &[(Timestamp, i64)], threshold_mb: u64) -> Verdict {
    let size_mb = megabytes(bytes);
    let threshold = match threshold_mb {
        mb if mb.is_multiple_of(1024) => format!("{}GB", mb / 1024),
        mb => format!("{mb}MB"),
    };
    let growth_mb = growth_per_day(history).map(|bytes| bytes / (1024.0 * 1024.0));
    let days_left = growth_mb
        .and_then(|growth| days_until(size_mb, threshold_mb as f64, growth))
        .filter(|days| *days <= FORESEEABLE_DAYS)
        .map(|days| days.floor() as i64);

    let mut outlook = String::new();
    if let Some(growth) = growth_mb {
        outlook += &format!(", growing {growth:.1} MB a day");
    }
    if let Some(days) = days_left {
        outlook += &format!(", {days} days until the threshold");
    }
    let verdict = if size_mb > threshold_mb as f64 {
        Verdict::fail(
            "size",
            format!("Database size {size_mb:.1} MB exceeds {threshold} threshold{outlook}"),
        )
    } else {
        Verdict::pass(format!(
            "Database size {size_mb:.1} MB, threshold {threshold}{outlook}"
        ))
    };
    verdict
        .with("size_mb", one_decimal(size_mb))
        .with("threshold_mb", threshold_mb)
        .with("daily_growth_mb", growth_mb.map(one_decimal))
        .with("left_days", days_left)
}

fn one_decimal(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}
