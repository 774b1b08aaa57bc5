//! A service level whose error budget burns too fast: a fault of the level's own detector.

use std::collections::HashMap;

use chrono::Duration;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Detector, Scene};
use crate::{
    db::Db,
    domain::{
        Alarm, Burn, Extras, Fault, Fingerprint, Lang, Severity, Spending, Status, Target,
        Timestamp, Verdict,
    },
    settings::Settings,
    views::{Voice, burning},
};

const KEY: &str = "burn";

/// How the error budget of the target stands; `None` when no events are known.
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
    detector: &Detector,
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
    Ok(match spending(db, settings, target, now).await? {
        Some(spending) => judge(target, &spending, verdict, detector.severity, now),
        None => verdict,
    })
}

/// Adds a budget that burns too fast to what the target's detector says. `severity` is that of the detector's failures.
pub fn judge(
    target: Target,
    spending: &Spending,
    mut verdict: Verdict,
    severity: Severity,
    now: Timestamp,
) -> Verdict {
    match spending.alarm() {
        Alarm::Raised(burn) if loudest(&verdict, severity) < Some(burn.tier.severity) => {
            verdict.and(fault(target, spending, burn, now))
        }
        // Whoever was told of the fault itself learns nothing from the budget.
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

fn fault(target: Target, spending: &Spending, burn: &Burn, now: Timestamp) -> Fault {
    let extras = extras(target, spending, burn);
    let english = Voice {
        lang: Lang::En,
        zone: Tz::UTC,
        now,
    };
    Fault {
        key: KEY.to_owned(),
        severity: Some(burn.tier.severity),
        message: burning(&english, &extras).unwrap_or_default(),
        extras,
    }
}

fn extras(target: Target, spending: &Spending, burn: &Burn) -> Extras {
    let burning = json!({
        "target": target.as_str(),
        "factor": burn.tier.factor,
        "long_rate": burn.long_rate.map(hundredths),
        "long_hours": hours(burn.tier.long),
        "short_rate": burn.short_rate.map(hundredths),
        "short_hours": hours(burn.tier.short),
        "period_days": spending.period_days,
        "lasts_hours": spending.lasts_at(burn).map(hours),
    });
    let left = spending.budget.left();
    [
        (
            "budget_left_pct",
            json!(left.map(|left| hundredths(left * 100.0))),
        ),
        ("events", count(burn.long.total)),
        ("bad_events", count(burn.long.bad())),
        ("burn", burning),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect()
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

/// Whether this is a fault of the budget. No action remedies it: what is broken is a fault of its own, and what is
/// spent stays spent.
pub fn is_burn(source: &str, fault: &Fingerprint) -> bool {
    *fault == Fingerprint::of(source, KEY)
}
