//! Service levels over a range of days.

use chrono::{Days, NaiveDate};

use crate::{
    context::Context,
    domain::{Compliance, SloDay, SloDays, compliance, slo_days},
};

/// The range that is judged when none is given, today included.
pub const DEFAULT_DAYS: u64 = 7;

pub async fn calculate_slo_compliance(
    cx: &Context,
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<Compliance> {
    let recorded = recorded(cx, from, to).await?;
    Ok(compliance(
        (from, to),
        &recorded.rows,
        recorded.ever_ingested,
        recorded.last_due_day,
        &cx.settings.get().slo_targets(),
    ))
}

/// The figures of each day in the range.
pub async fn days(cx: &Context, from: NaiveDate, to: NaiveDate) -> sqlx::Result<SloDays> {
    let recorded = recorded(cx, from, to).await?;
    Ok(slo_days(
        (from, to),
        &recorded.rows,
        recorded.ever_ingested,
        recorded.last_due_day,
    ))
}

struct Recorded {
    rows: Vec<SloDay>,
    ever_ingested: bool,
    last_due_day: NaiveDate,
}

async fn recorded(cx: &Context, from: NaiveDate, to: NaiveDate) -> sqlx::Result<Recorded> {
    let rows = cx.db.slo_days(from, to).await?;
    let ever_ingested =
        rows.iter().any(|row| row.ingest_records > 0) || cx.db.ever_ingested().await?;
    Ok(Recorded {
        rows,
        ever_ingested,
        last_due_day: cx.settings.get().calendar().last_due_day(cx.clock.now()),
    })
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
