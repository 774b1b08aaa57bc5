//! Whether the marketplaces' sales keep arriving.

use chrono::NaiveDate;

use super::{Detector, Scene};
use crate::{
    db::Ingested,
    domain::{Severity, Verdict},
};

pub const DETECTOR: Detector = Detector {
    name: "check_ingest_success_rate",
    about: "Sales data of the marketplaces arrives",
    severity: Severity::Error,
    reads: &["daily_sales"],
    runbook: include_str!("../../runbooks/check_ingest_success_rate.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> anyhow::Result<Verdict> {
    let calendar = settings.calendar();
    let due = calendar.last_due_day(now);
    let sample = db.ingested_since(due, calendar.today(now)).await?;
    Ok(judge(&sample, due))
}

/// Fails when neither the newest day that is due nor a later one has sales.
pub fn judge(sample: &Ingested, due: NaiveDate) -> Verdict {
    let verdict = match sample.last_day {
        Some(last) if sample.records > 0 => Verdict::pass(format!(
            "{} sales records since {due}, the newest of {last}",
            sample.records
        )),
        Some(last) => Verdict::fail("no_sales", format!("No sales data ingested since {last}")),
        None => Verdict::fail(
            "no_sales",
            "No sales data ingested since the database was made: daily_sales is empty",
        ),
    };
    verdict
        .with("last_date", sample.last_day.map(|day| day.to_string()))
        .with("records", sample.records)
        .with("due_date", due.to_string())
}
