//! Service levels over a range of days.

use chrono::{Days, Duration, NaiveDate};

use super::facts;
use crate::{
    context::Context,
    detectors::burn,
    domain::{
        Awaited, Check, Compliance, Histogram, SloDays, Target, Timestamp, budget_left_by_day,
        compliance,
    },
};

/// The range that is judged when none is given, today included.
pub const DEFAULT_DAYS: u64 = 7;
/// A working source has produced data after this time, or after two checks if they take longer.
const FIRST_FIGURE: Duration = Duration::hours(1);

pub async fn calculate_slo_compliance(
    cx: &Context,
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<Compliance> {
    with_budgets(cx, (from, to), &[]).await
}

/// Reads the error budgets that the checks have not read already.
async fn with_budgets(
    cx: &Context,
    range: (NaiveDate, NaiveDate),
    checks: &[Check],
) -> sqlx::Result<Compliance> {
    let mut compliance = without_budgets(cx, range).await?;
    let (settings, now) = (cx.settings.get(), cx.clock.now());
    for (target, measure) in compliance.targets_mut() {
        let mut budgets = checks.iter().filter_map(|check| check.budget.as_ref());
        measure.spending = match budgets.find(|(of, _)| *of == target) {
            Some((_, spending)) => Some(spending.clone()),
            None => burn::spending(&cx.db, &settings, target, now).await?,
        };
    }
    Ok(compliance)
}

async fn without_budgets(
    cx: &Context,
    (from, to): (NaiveDate, NaiveDate),
) -> sqlx::Result<Compliance> {
    let settings = cx.settings.get();
    let now = cx.clock.now();
    let kept = kept_from(cx, from, to).await?;
    let facts = facts::reader(cx).await;
    let rows = facts.slo_days((kept, to)).await?;
    let first_sale = match rows.first() {
        Some(row) if row.ingest_records > 0 => Some(row.d),
        _ => facts.oldest_sale().await?,
    };
    let last_due_day = settings.calendar().last_due_day(now);
    let mut requests = Histogram::default();
    for (_, of_day) in cx.db.latency_days(kept, to).await? {
        requests.merge(&of_day);
    }
    let compliance = compliance(
        (kept, to),
        &rows,
        &requests,
        first_sale,
        last_due_day,
        awaited(cx, (kept, to), now).await?,
        &settings.slo_targets(),
    );
    Ok(compliance.reaching_back_to(from))
}

/// Tells for each target if its configured source should have data for these days.
async fn awaited(
    cx: &Context,
    range: (NaiveDate, NaiveDate),
    now: Timestamp,
) -> sqlx::Result<Awaited> {
    let settings = cx.settings.get();
    let mut awaited = Awaited::default();
    if settings.prometheus_url.is_some() || settings.api_metrics_url.is_some() {
        let two_checks = Duration::from_std(2 * settings.check_interval).unwrap_or(Duration::MAX);
        let settled = FIRST_FIGURE.max(two_checks);
        let is_past = range.1 < settings.calendar().today(now);
        let expected = expected(cx, Target::ApiLatency, range, now).await?;
        awaited.api_latency = (is_past || now.since(cx.started_at) >= settled)
            && expected.is_some_and(|(since, until)| until.since(since) >= settled);
    }
    if !settings.jobs().is_empty() {
        let expected = expected(cx, Target::SchedulerOnTime, range, now).await?;
        awaited.scheduler = expected.is_some_and(|(since, until)| {
            settings.jobs().iter().any(|job| job.was_due(since, until))
        });
    }
    Ok(awaited)
}

/// The part of these days for which the target's source should have data: from its first data on. For a source that
/// never had any, it is unknown since when it has been configured.
async fn expected(
    cx: &Context,
    target: Target,
    (from, to): (NaiveDate, NaiveDate),
    now: Timestamp,
) -> sqlx::Result<Option<(Timestamp, Timestamp)>> {
    let calendar = cx.settings.get().calendar();
    let known = match cx.db.first_event(target).await? {
        Some(first) => first,
        None if to >= calendar.today(now) => cx.started_at,
        None => return Ok(None),
    };
    let since = known.max(calendar.start_of(from));
    let until = match to.succ_opt() {
        Some(after) => now.min(calendar.start_of(after)),
        None => now,
    };
    Ok((since < until).then_some((since, until)))
}

/// The first day of the range within the kept history, or the day after the range.
async fn kept_from(cx: &Context, from: NaiveDate, to: NaiveDate) -> sqlx::Result<NaiveDate> {
    let history = cx.db.history_start().await?.unwrap_or(from);
    let after = to.succ_opt().unwrap_or(NaiveDate::MAX);
    Ok(history.clamp(from, after))
}

/// The judged days with the remaining error budgets.
pub async fn days(cx: &Context, compliance: &Compliance) -> sqlx::Result<SloDays> {
    let range = (compliance.from, compliance.to);
    let mut days = SloDays::of(compliance);
    days.ingest.budget_left = budget_left(cx, Target::IngestSuccessRate, range).await?;
    days.scheduler.budget_left = budget_left(cx, Target::SchedulerOnTime, range).await?;
    days.api_latency.budget_left = budget_left(cx, Target::ApiLatency, range).await?;
    Ok(days)
}

/// The target's remaining error budget at the end of each day of the range.
async fn budget_left(
    cx: &Context,
    target: Target,
    (from, to): (NaiveDate, NaiveDate),
) -> sqlx::Result<Vec<Option<f64>>> {
    let policy = cx.settings.get().burn_policy(target);
    let first = from
        .checked_sub_days(Days::new(policy.period_days.into()))
        .unwrap_or(NaiveDate::MIN);
    let counted = cx.db.counted_by_day(target, first, to).await?;
    let mut left = budget_left_by_day(
        (from, to),
        &counted.into_iter().collect(),
        policy.objective,
        policy.period_days,
    );
    // The budget of a period that starts before the kept history is unknown.
    let begun = cx.db.history_start().await?;
    let reach = Days::new(u64::from(policy.period_days.saturating_sub(1)));
    for (day, left) in from.iter_days().zip(&mut left) {
        if begun.is_some_and(|begun| day < begun + reach) {
            *left = None;
        }
    }
    Ok(left)
}

/// The last `days` days, today included.
pub fn last_days(cx: &Context, days: u64) -> (NaiveDate, NaiveDate) {
    let today = cx.settings.get().calendar().today(cx.clock.now());
    (today - Days::new(days.saturating_sub(1)), today)
}

/// Judges the last week after a sweep: counts violated targets, and sets the metrics of the error budgets.
pub async fn observe(cx: &Context, checks: &[Check]) -> sqlx::Result<()> {
    let range = last_days(cx, DEFAULT_DAYS);
    let compliance = with_budgets(cx, range, checks).await?;
    let targets = compliance.targets();
    for (target, _) in targets
        .iter()
        .filter(|(_, measure)| measure.pass == Some(false))
    {
        cx.metrics
            .slo_violation_total
            .with_label_values(&[target.as_str()])
            .inc();
    }
    let spendings = targets
        .iter()
        .filter_map(|(target, measure)| Some((*target, measure.spending.as_ref()?)));
    cx.metrics.show_budgets(spendings);
    Ok(())
}
