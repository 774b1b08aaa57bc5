//! Service level compliance in the form of the REST answers.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::domain::{self, Burn, Judgement, Measure, MeasureStatus, Severity, Spending};

/// Compliance with the service levels over a range of days
#[derive(Serialize, ToSchema)]
pub struct Compliance {
    status: RangeStatus,
    d_from: NaiveDate,
    d_to: NaiveDate,
    days_analyzed: usize,
    /// Days whose data is not due yet
    days_pending: usize,
    /// Days of the range that are older than the kept history (`RETENTION_DAYS`). They have no figures and are not
    /// analysed
    days_forgotten: usize,
    /// Days of the range before the first sale ever. They have no ingest figure and are not analysed
    days_before_sales: usize,
    /// The first analysed day: that of the first sale ever, or `d_from` if there were sales before; null without any
    #[schema(required = true)]
    counted_from: Option<NaiveDate>,
    ingest: Share,
    scheduler: Share,
    api_latency: Latency,
    overall_pass: bool,
}

/// `no_data` when no day of the range is analysed: none is due yet, or all are before the first sale
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RangeStatus {
    Ok,
    NoData,
}

/// A share of events, with a minimum as its target
#[derive(Serialize, ToSchema)]
struct Share {
    /// null when not measured
    #[schema(required = true)]
    pass: Option<bool>,
    #[schema(required = true)]
    actual_pct: Option<f64>,
    target_pct: f64,
    status: MeasureStatus,
    #[schema(required = true)]
    error_budget: Option<ErrorBudget>,
    /// The tiers of the alarm, fastest first; null when the target has no events
    #[schema(required = true)]
    burn_rate: Option<Vec<BurnRate>>,
}

/// Request latency, with a maximum as its target
#[derive(Serialize, ToSchema)]
struct Latency {
    /// null when not measured
    #[schema(required = true)]
    pass: Option<bool>,
    #[schema(required = true)]
    actual_p95_ms: Option<f64>,
    #[schema(value_type = f64)]
    target_p95_ms: Number,
    status: MeasureStatus,
    #[schema(required = true)]
    error_budget: Option<ErrorBudget>,
    /// The tiers of the alarm, fastest first; null when the target has no events
    #[schema(required = true)]
    burn_rate: Option<Vec<BurnRate>>,
}

/// Covers the last `period_days` up to now, whatever days were requested; null when the target has no events
#[derive(Serialize, ToSchema)]
struct ErrorBudget {
    period_days: u32,
    /// Share of the events that must be good
    objective_pct: f64,
    events: f64,
    bad_events: f64,
    /// Negative when overspent; null when the objective is 100 % and leaves no budget
    #[schema(required = true)]
    left_pct: Option<f64>,
    /// At the burn rate of the last tenth of the period; 0 when used up, null when nothing burns it
    #[schema(required = true)]
    lasts_hours: Option<f64>,
}

/// A tier of the alarm, with its burn rates
#[derive(Serialize, ToSchema)]
struct BurnRate {
    /// Fires when the rate exceeds this over both windows
    factor: f64,
    severity: Severity,
    long_hours: f64,
    short_minutes: f64,
    /// In the long window
    events: f64,
    /// 1 uses the budget up in exactly its period; null without events, and where the objective is 100 % and an event
    /// was bad
    #[schema(required = true)]
    long_rate: Option<f64>,
    /// The rate of the short window
    #[schema(required = true)]
    short_rate: Option<f64>,
    firing: bool,
    state: Judgement,
}

impl From<&domain::Compliance> for Compliance {
    fn from(compliance: &domain::Compliance) -> Self {
        Self {
            status: if compliance.days_analyzed == 0 {
                RangeStatus::NoData
            } else {
                RangeStatus::Ok
            },
            d_from: compliance.from,
            d_to: compliance.to,
            days_analyzed: compliance.days_analyzed,
            days_pending: compliance.days_pending,
            days_forgotten: compliance.days_forgotten,
            days_before_sales: compliance.days_before_sales,
            counted_from: compliance.counted_from,
            ingest: rate(&compliance.ingest),
            scheduler: rate(&compliance.scheduler),
            api_latency: latency(&compliance.api_latency),
            overall_pass: compliance.overall_pass,
        }
    }
}

fn rate(measure: &Measure) -> Share {
    Share {
        pass: measure.pass,
        actual_pct: measure.actual.map(rounded),
        target_pct: rounded(measure.target),
        status: measure.status,
        error_budget: measure.spending.as_ref().map(error_budget),
        burn_rate: measure.spending.as_ref().map(burn_rate),
    }
}

fn latency(measure: &Measure) -> Latency {
    Latency {
        pass: measure.pass,
        actual_p95_ms: measure.actual.map(rounded),
        target_p95_ms: whole_if_it_is(measure.target),
        status: measure.status,
        error_budget: measure.spending.as_ref().map(error_budget),
        burn_rate: measure.spending.as_ref().map(burn_rate),
    }
}

fn error_budget(spending: &Spending) -> ErrorBudget {
    let budget = &spending.budget;
    ErrorBudget {
        period_days: spending.period_days,
        objective_pct: spending.objective.percent(),
        events: rounded(budget.events),
        bad_events: rounded(budget.bad),
        left_pct: budget.left().map(|left| rounded(left * 100.0)),
        lasts_hours: spending
            .lasts
            .map(|lasts| rounded(lasts.as_seconds_f64() / 3600.0)),
    }
}

/// JSON has no infinity: an infinite rate (no bad events allowed) is null, like a rate without events.
fn burn_rate(spending: &Spending) -> Vec<BurnRate> {
    let of = |burn: &Burn| BurnRate {
        factor: burn.tier.factor,
        severity: burn.tier.severity,
        long_hours: rounded(burn.tier.long.as_seconds_f64() / 3600.0),
        short_minutes: rounded(burn.tier.short.as_seconds_f64() / 60.0),
        events: rounded(burn.long.total),
        long_rate: burn.long_rate.map(rounded),
        short_rate: burn.short_rate.map(rounded),
        firing: burn.judgement == Judgement::Firing,
        state: burn.judgement,
    };
    spending.burns.iter().map(of).collect()
}

/// Two decimals.
fn rounded(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

/// Existing clients parse an integer.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the settings keep a target below 600,000 ms"
)]
fn whole_if_it_is(target: f64) -> Number {
    let fraction = Number::from_f64(rounded(target)).filter(|_| target.fract() != 0.0);
    fraction.unwrap_or_else(|| Number::from(target as i64))
}
