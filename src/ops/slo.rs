//! Service levels over a range of days.

use chrono::{Days, NaiveDate};

use crate::{
    context::Context,
    domain::{Compliance, compliance},
};

/// The range that is judged when none is given, today included.
pub const DEFAULT_DAYS: u64 = 7;

pub async fn calculate_slo_compliance(
    cx: &Context,
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<Compliance> {
    let settings = cx.settings.get();
    let rows = cx.db.slo_days(from, to).await?;
    let ever_ingested =
        rows.iter().any(|row| row.ingest_records > 0) || cx.db.ever_ingested().await?;
    let last_due_day = settings.calendar().last_due_day(cx.clock.now());
    Ok(compliance(
        (from, to),
        &rows,
        ever_ingested,
        last_due_day,
        &settings.slo_targets(),
    ))
}

/// The last `days` days, today included.
pub fn last_days(cx: &Context, days: u64) -> (NaiveDate, NaiveDate) {
    let today = cx.settings.get().calendar().today(cx.clock.now());
    (today - Days::new(days.saturating_sub(1)), today)
}

/// Judges the last week and counts the targets that it violates.
pub async fn count_violations(cx: &Context) -> sqlx::Result<()> {
    let (from, to) = last_days(cx, DEFAULT_DAYS);
    for (target, measure) in calculate_slo_compliance(cx, from, to).await?.targets() {
        if measure.pass == Some(false) {
            cx.metrics
                .slo_violation_total
                .with_label_values(&[target])
                .inc();
        }
    }
    Ok(())
}
