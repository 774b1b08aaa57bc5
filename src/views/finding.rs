//! A detector's finding, in the language of the chat.

mod scheduler;

use chrono::Duration;
use serde_json::Value;

use super::{
    Voice,
    details::{BURN, CASH, JOBS, VALUES, date, marketplace, money},
    say, slo,
};
use crate::domain::{Disturbance, Extras, Lang, Target};

pub(super) use self::scheduler::{cause, problem};

/// How the message of a check that could not run goes on after the detector's name.
const CRASHED: &str = " crashed: ";
const NO_TABLE: &str = "No data to look at: there is no ";
const NO_DATABASE: &str = "The database is unreachable: ";
const MORE: &str = "More faults of this check (";
const UNREADABLE: &str = "Values that cannot be read are left out";
const NO_LATENCY: &str = "API latency cannot be measured: ";
/// Of the database's file.
const FILE: [(Disturbance, &str); 4] = [
    (Disturbance::Gone, "finding-file-gone"),
    (Disturbance::Replaced, "finding-file-replaced"),
    (Disturbance::JournalLost, "finding-file-journal"),
    (Disturbance::Damaged, "finding-file-damaged"),
];
/// Messages without figures of their own.
const FIXED: [&str; 9] = [
    "finding-no-database",
    "finding-database-answers",
    "finding-latency-unmeasured",
    "finding-latency-several",
    "finding-scheduler-no-jobs",
    "finding-scheduler-no-runs",
    "finding-cash-empty",
    "finding-commissions-empty",
    "finding-ingest-never",
];

/// The detector's own words in English; elsewhere a sentence made of the same figures, or the detector's words where
/// the figures are not there.
pub fn finding(voice: &Voice, source: &str, message: &str, extras: &Extras) -> String {
    if voice.lang == Lang::En {
        return message.to_owned();
    }
    let crash = message
        .strip_prefix("Detector ")
        .and_then(|rest| rest.strip_prefix(source)?.strip_prefix(CRASHED));
    if let Some(cause) = crash {
        return say!(voice, "finding-crash", detector = source, cause = cause);
    }
    if let Some(relation) = message.strip_prefix(NO_TABLE) {
        return say!(voice, "finding-no-table", relation = relation);
    }
    if let Some(cause) = message.strip_prefix(NO_DATABASE) {
        return say!(voice, "finding-database-unreachable", cause = cause);
    }
    if let Some(cause) = message.strip_prefix(NO_LATENCY) {
        return say!(voice, "finding-latency-blind", cause = cause);
    }
    let of_file = |(disturbance, text): &(Disturbance, &'static str)| {
        let path = message.strip_prefix(disturbance.beginning())?;
        Some(say!(voice, text, file = path))
    };
    if let Some(said) = FILE.iter().find_map(of_file) {
        return said;
    }
    if let Some(list) = unreadable(message, extras) {
        let count = count(extras, "unreadable_count").unwrap_or_default();
        return say!(voice, "finding-unreadable", count = count, list = list);
    }
    if message.starts_with(MORE) {
        let names = extras
            .get("such_as")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let count = count(extras, "more_faults").unwrap_or_default();
        return say!(voice, "finding-more", count = count, names = names);
    }
    by_figures(voice, source, extras).unwrap_or_else(|| voice.translate(&FIXED, message))
}

/// The list of what cannot be read, where that is what is found.
fn unreadable<'a>(message: &str, extras: &'a Extras) -> Option<&'a str> {
    message.strip_prefix(UNREADABLE)?;
    extras.get(VALUES)?.as_str()
}

fn by_figures(voice: &Voice, source: &str, extras: &Extras) -> Option<String> {
    if extras.contains_key(BURN) {
        return burning(voice, extras);
    }
    match source {
        "check_api_latency_p95" => latency(voice, extras),
        CASH => cash(voice, extras),
        "check_ingest_success_rate" => ingest(voice, extras),
        "check_commission_outliers" => commissions(voice, extras),
        "check_db_growth" => growth(voice, extras),
        JOBS => scheduler::scheduler(voice, extras),
        _ => None,
    }
}

fn latency(voice: &Voice, extras: &Extras) -> Option<String> {
    let requests = count(extras, "requests")?;
    let minutes = count(extras, "window_minutes")?;
    let figure = |key| extras.get(key).and_then(Value::as_f64);
    let (Some(p95), Some(target)) = (figure("current_p95_ms"), figure("target_ms")) else {
        let fewest = count(extras, "fewest_requests")?;
        return Some(say!(
            voice,
            "finding-latency-few",
            count = requests,
            minutes = minutes,
            fewest = fewest
        ));
    };
    // Above the highest bucket, that is at least as long as it.
    let open = extras.contains_key("above_highest_bucket");
    let key = match (open, p95 > target || (open && p95 >= target)) {
        (false, false) => "finding-latency-right",
        (false, true) => "finding-latency-slow",
        (true, false) => "finding-latency-open",
        (true, true) => "finding-latency-slow-open",
    };
    Some(say!(
        voice,
        key,
        p95 = voice.milliseconds(p95),
        target = voice.milliseconds(target)
    ))
}

fn cash(voice: &Voice, extras: &Extras) -> Option<String> {
    let amount = |key| extras.get(key).and_then(money);
    let (balance, threshold) = (amount("balance")?, amount("threshold")?);
    let marketplace = marketplace(voice, extras.get("marketplace")?.as_str()?);
    let key = if balance < threshold {
        "finding-cash-low"
    } else {
        "finding-cash-enough"
    };
    Some(say!(
        voice,
        key,
        balance = voice.money(balance),
        threshold = voice.money(threshold),
        marketplace = marketplace,
    ))
}

fn ingest(voice: &Voice, extras: &Extras) -> Option<String> {
    let percent = |key| extras.get(key).and_then(Value::as_f64);
    let below = percent("success_rate_pct")
        .zip(percent("target_pct"))
        .filter(|(rate, target)| rate < target);
    let last = extras.get("last_date").and_then(date);
    if let Some(marketplace) = extras.get("marketplace").and_then(Value::as_str) {
        let last = voice.day(last?);
        return Some(say!(
            voice,
            "finding-ingest-missing",
            marketplace = marketplace,
            last = last
        ));
    }
    let records = count(extras, "records");
    if let Some((rate, target)) = below.filter(|_| records != Some(0)) {
        return Some(say!(
            voice,
            "finding-ingest-rate",
            rate = voice.percent(rate),
            target = voice.percent(target)
        ));
    }
    let last = voice.day(last?);
    let due = voice.day(extras.get("due_date").and_then(date)?);
    Some(match records? {
        0 => say!(voice, "finding-ingest-none", last = last),
        records => say!(
            voice,
            "finding-ingest-arrives",
            count = records,
            due = due,
            last = last
        ),
    })
}

fn commissions(voice: &Voice, extras: &Extras) -> Option<String> {
    let outliers = count(extras, "outliers_count")?;
    let tolerated = count(extras, "tolerated")?;
    let key = if outliers > tolerated {
        "finding-commissions-off"
    } else {
        "finding-commissions-right"
    };
    Some(say!(
        voice,
        key,
        count = outliers,
        days = count(extras, "period_days")?,
        tolerated = tolerated,
    ))
}

fn growth(voice: &Voice, extras: &Extras) -> Option<String> {
    let size = extras.get("size_mb").and_then(Value::as_f64)?;
    let threshold = extras.get("threshold_mb").and_then(Value::as_f64)?;
    let key = if size > threshold {
        "finding-growth-over"
    } else {
        "finding-growth-within"
    };
    let mut found = say!(
        voice,
        key,
        size = voice.size(size),
        threshold = voice.size(threshold)
    );
    if let Some(growth) = extras.get("daily_growth_mb").and_then(Value::as_f64) {
        found += &say!(voice, "finding-growth-a-day", growth = voice.size(growth));
    }
    if let Some(days) = count(extras, "left_days") {
        found += &say!(voice, "finding-growth-left", count = days);
    }
    Some(found)
}

/// Of an error budget that burns too fast: how fast, and how long it lasts.
pub fn burning(voice: &Voice, extras: &Extras) -> Option<String> {
    let burn = extras.get(BURN)?;
    let figure = |key: &str| burn.get(key).and_then(Value::as_f64);
    let length = |key| Some(voice.duration(hours(figure(key)?)));
    let target: Target = burn.get("target")?.as_str()?.parse().ok()?;
    let (level, long) = (slo::name(voice, target), length("long_hours")?);
    // Where nothing is allowed, the rate is infinite.
    let (Some(rate), Some(recent)) = (figure("long_rate"), figure("short_rate")) else {
        let of = |key| extras.get(key).and_then(Value::as_f64);
        return Some(say!(
            voice,
            "finding-burn-nothing-allowed",
            level = level,
            bad = voice.plain(of("bad_events")?),
            events = voice.plain(of("events")?),
            window = long,
        ));
    };
    let days = voice.plain(figure("period_days")?);
    let ends = match figure("lasts_hours")? {
        left if left > 0.0 => say!(
            voice,
            "finding-burn-lasts",
            days = days,
            left = voice.duration(hours(left))
        ),
        _ => say!(voice, "finding-burn-used-up", days = days),
    };
    Some(say!(
        voice,
        "finding-burn",
        level = level,
        rate = voice.plain(rate),
        window = long,
        recent = voice.plain(recent),
        short = length("short_hours")?,
        ends = ends,
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "stops at the longest time that can be told"
)]
fn hours(hours: f64) -> Duration {
    Duration::milliseconds((hours * 3.6e6).round() as i64)
}

fn count(extras: &Extras, key: &str) -> Option<i64> {
    extras.get(key)?.as_i64()
}
