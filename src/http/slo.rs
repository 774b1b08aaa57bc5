//! Compliance with the service levels.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{Json, extract::State};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    auth::Reader,
    error::ApiError,
    fault::{Fault, both},
    query::Query,
};
use crate::{
    context::Context,
    domain::{Burn, Compliance, Judgement, Measure, Spending},
    ops::slo::{DEFAULT_DAYS, calculate_slo_compliance, last_days},
};

/// A year and a day, so that a date can be asked for together with the same date a year ago.
const RANGE_DAYS_MAX: i64 = 366;
const SUMMARY_DAYS: RangeInclusive<u32> = 1..=90;

pub async fn range(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let given = both(query.date("date_from"), query.date("date_to"))?;
    let (from, to) = complete(&cx, given)?;
    Ok(Json(render(
        &calculate_slo_compliance(&cx, from, to).await?,
    )))
}

pub async fn summary(
    _: Reader,
    State(cx): State<Arc<Context>>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let days = query
        .integer("days", &SUMMARY_DAYS)?
        .map_or(DEFAULT_DAYS, u64::from);
    let (from, to) = last_days(&cx, days);
    Ok(Json(render(
        &calculate_slo_compliance(&cx, from, to).await?,
    )))
}

/// A range without an end reaches to today; one without a beginning has the default length.
fn complete(
    cx: &Context,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let to = to.unwrap_or_else(|| last_days(cx, 1).1);
    let from = from.unwrap_or_else(|| to - Days::new(DEFAULT_DAYS - 1));
    if from > to {
        return Err(ApiError::BadRequest(format!(
            "date_from ({from}) is after date_to ({to})"
        )));
    }
    let days = (to - from).num_days() + 1;
    if days > RANGE_DAYS_MAX {
        let problem = format!("the range has {days} days, at most {RANGE_DAYS_MAX} are allowed");
        return Err(Fault::value("date_from", problem).into());
    }
    Ok((from, to))
}

fn render(compliance: &Compliance) -> Value {
    let status = if compliance.days_analyzed == 0 {
        "no_data"
    } else {
        "ok"
    };
    json!({
        "status": status,
        "d_from": compliance.from,
        "d_to": compliance.to,
        "days_analyzed": compliance.days_analyzed,
        "days_pending": compliance.days_pending,
        "days_forgotten": compliance.days_forgotten,
        "ingest": rate(&compliance.ingest),
        "scheduler": rate(&compliance.scheduler),
        "api_latency": latency(&compliance.api_latency),
        "overall_pass": compliance.overall_pass,
    })
}

fn rate(measure: &Measure) -> Value {
    json!({
        "pass": measure.pass,
        "actual_pct": measure.actual.map(rounded),
        "target_pct": rounded(measure.target),
        "status": measure.status,
        "error_budget": measure.spending.as_ref().map(error_budget),
        "burn_rate": measure.spending.as_ref().map(burn_rate),
    })
}

fn latency(measure: &Measure) -> Value {
    json!({
        "pass": measure.pass,
        "actual_p95_ms": measure.actual.map(rounded),
        "target_p95_ms": whole_if_it_is(measure.target),
        "status": measure.status,
        "error_budget": measure.spending.as_ref().map(error_budget),
        "burn_rate": measure.spending.as_ref().map(burn_rate),
    })
}

fn error_budget(spending: &Spending) -> Value {
    let budget = &spending.budget;
    json!({
        "period_days": spending.period_days,
        "objective_pct": spending.objective.percent(),
        "events": rounded(budget.events),
        "bad_events": rounded(budget.bad),
        "left_pct": budget.left().map(|left| rounded(left * 100.0)),
        "lasts_hours": spending.lasts.map(|lasts| rounded(lasts.as_seconds_f64() / 3600.0)),
    })
}

/// A rate that is infinite, because nothing is allowed to be bad, is null, as one without events is.
fn burn_rate(spending: &Spending) -> Vec<Value> {
    let of = |burn: &Burn| {
        json!({
            "factor": burn.tier.factor,
            "severity": burn.tier.severity,
            "long_hours": rounded(burn.tier.long.as_seconds_f64() / 3600.0),
            "short_minutes": rounded(burn.tier.short.as_seconds_f64() / 60.0),
            "events": rounded(burn.long.total),
            "long_rate": burn.long_rate.map(rounded),
            "short_rate": burn.short_rate.map(rounded),
            "firing": burn.judgement == Judgement::Firing,
            "state": burn.judgement.as_str(),
        })
    };
    spending.burns.iter().map(of).collect()
}

/// Two decimals.
fn rounded(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

/// Clients have read whole milliseconds as an integer so far.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the settings keep a target below 600,000 ms"
)]
fn whole_if_it_is(target: f64) -> Value {
    if target.fract() == 0.0 {
        json!(target as i64)
    } else {
        json!(rounded(target))
    }
}
