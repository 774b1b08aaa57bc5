//! A service level whose error budget burns too fast: a fault of the level's own detector.

use std::collections::HashMap;

use chrono::Duration;
use serde_json::{Value, json};

use super::{Entry, Scene};
use crate::{
    db::Db,
    domain::{
        Alarm, Arg, Burn, Fault, Finding, Fingerprint, Severity, Spending, Status, Target,
        Timestamp, Verdict,
    },
    settings::Settings,
};

const KEY: &str = "burn";

/// The state of the target's error budget; `None` without events.
pub async fn spending(
    db: &Db,
    settings: &Settings,
    target: Target,
    now: Timestamp,
) -> sqlx::Result<Option<Spending>> {
    let policy = settings.burn_policy(target);
    let windows = policy.windows();
    let moments: Vec<Timestamp> = windows.iter().map(|window| now - *window).collect();
    let counted = db.counted_since_each(target, &moments).await?;
    let counted: HashMap<_, _> = windows.into_iter().zip(counted).collect();
    Ok(policy.judge(&counted))
}

/// Adds to what the target's detector has found. Where it could not look, its budget is not judged either.
pub async fn add(
    detector: &Entry,
    target: Target,
    scene: Scene<'_>,
    verdict: Verdict,
) -> sqlx::Result<Verdict> {
    if verdict.blind || verdict.status == Status::NotMeasured {
        return Ok(verdict);
    }
    let Scene {
        db, settings, now, ..
    } = scene;
    let Some(spending) = spending(db, settings, target, now).await? else {
        return Ok(verdict);
    };
    let verdict = judge(target, &spending, verdict, detector.severity());
    Ok(Verdict {
        budget: Some((target, spending)),
        ..verdict
    })
}

/// Adds a budget that burns too fast to what the target's detector says. `severity` is that of the detector's failures.
pub fn judge(
    target: Target,
    spending: &Spending,
    mut verdict: Verdict,
    severity: Severity,
) -> Verdict {
    match spending.alarm() {
        Alarm::Raised(burn) if loudest(&verdict, severity) < Some(burn.tier.severity) => {
            verdict.and(fault(target, spending, burn))
        }
        // The fault itself was notified, so the budget adds nothing.
        Alarm::Raised(_) | Alarm::Unknown => {
            verdict.also_standing.push(KEY.to_owned());
            verdict
        }
        Alarm::Off => verdict,
    }
}

/// The severity of what the verdict tells.
fn loudest(verdict: &Verdict, severity: Severity) -> Option<Severity> {
    let of_faults = verdict
        .faults
        .iter()
        .map(|fault| fault.severity.unwrap_or(severity));
    let alone = verdict.severity.unwrap_or(severity);
    (verdict.status == Status::Fail).then(|| of_faults.max().unwrap_or(alone))
}

fn fault(target: Target, spending: &Spending, burn: &Burn) -> Fault {
    let left = spending.budget.left();
    let fault = Fault::new(KEY, finding(target, spending, burn));
    fault
        .severe(Some(burn.tier.severity))
        .figure(
            "budget_left_pct",
            left.map(|left| Arg::Percent(hundredths(left * 100.0))),
        )
        .with("events", count(burn.long.total))
        .with("bad_events", count(burn.long.bad()))
        .with("burn", figures(target, spending, burn))
}

/// How fast the budget burns, and how long it lasts.
fn finding(target: Target, spending: &Spending, burn: &Burn) -> Finding {
    let told = |key| {
        Finding::new(key)
            .arg("level", Arg::Term(level(target).to_owned()))
            .arg("window", span(burn.tier.long))
    };
    // An objective without any allowed error burns at an infinite rate.
    let finite = |rate: Option<f64>| rate.filter(|rate| rate.is_finite());
    let (Some(rate), Some(recent)) = (finite(burn.long_rate), finite(burn.short_rate)) else {
        return told("finding-burn-nothing-allowed")
            .arg("bad", Arg::Number(burn.long.bad()))
            .arg("events", Arg::Number(burn.long.total));
    };
    let lasts = spending.lasts_at(burn).filter(|lasts| !lasts.is_zero());
    let told = match lasts {
        Some(lasts) => told("finding-burn").arg("left", span(lasts)),
        None => told("finding-burn-used-up"),
    };
    told.arg("rate", Arg::Number(rate))
        .arg("recent", Arg::Number(recent))
        .arg("short", span(burn.tier.short))
        .arg("days", Arg::count(spending.period_days))
}

/// The name of the service level in the catalogues.
fn level(target: Target) -> &'static str {
    match target {
        Target::ApiLatency => "slo-latency",
        Target::IngestSuccessRate => "slo-ingest",
        Target::SchedulerOnTime => "slo-scheduler",
    }
}

fn span(length: Duration) -> Arg {
    Arg::Span(length.num_seconds())
}

fn figures(target: Target, spending: &Spending, burn: &Burn) -> Value {
    json!({
        "target": target.as_str(),
        "factor": burn.tier.factor,
        "long_rate": burn.long_rate.map(hundredths),
        "long_hours": hours(burn.tier.long),
        "short_rate": burn.short_rate.map(hundredths),
        "short_hours": hours(burn.tier.short),
        "period_days": spending.period_days,
        "lasts_hours": spending.lasts_at(burn).map(hours),
    })
}

fn hundredths(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

/// Requests within a bucket are counted in fractions, runs are whole.
#[expect(clippy::cast_possible_truncation, reason = "a count of events")]
fn count(events: f64) -> Value {
    let rounded = hundredths(events);
    if rounded.fract() == 0.0 {
        json!(rounded as i64)
    } else {
        json!(rounded)
    }
}

fn hours(length: Duration) -> f64 {
    length.as_seconds_f64() / 3600.0
}

/// Tells if it is a fault of an error budget. No action remedies it: the cause is a fault of its own, and a spent
/// budget stays spent.
pub fn is_burn(source: &str, fault: &Fingerprint) -> bool {
    *fault == Fingerprint::of(source, KEY)
}
