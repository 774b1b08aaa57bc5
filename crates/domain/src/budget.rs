//! Error budgets: how much is left, and how fast it burns.
//!
//! The formulas come from Google's Site Reliability Workbook, chapter 5, "Alerting on SLOs"
//! (<https://sre.google/workbook/alerting-on-slos/>).

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};

use super::Counted;

/// An objective is stored in units of 1/PARTS, so that rounding cannot make a budget that was just met look overspent.
const PARTS: f64 = 1e8;

/// The share of events that must be good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objective {
    /// The number of bad events allowed in 10⁸ events.
    tolerated: u32,
}

impl Objective {
    /// From 0 to 100.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 10⁸"
    )]
    pub fn from_percent(percent: f64) -> Self {
        let tolerated = ((100.0 - percent) / 100.0 * PARTS).round();
        Self {
            tolerated: tolerated.clamp(0.0, PARTS) as u32,
        }
    }

    pub fn percent(self) -> f64 {
        (PARTS - f64::from(self.tolerated)) / (PARTS / 100.0)
    }

    /// The number of bad events allowed among `events`.
    pub fn allows(self, events: f64) -> f64 {
        events * f64::from(self.tolerated) / PARTS
    }

    /// The rate at which the budget burns when every event is bad; infinite where there is no budget.
    pub fn fastest_burn(self) -> f64 {
        PARTS / f64::from(self.tolerated)
    }
}

/// How many times faster than sustainable the budget burns: at 1 it lasts exactly for its period. `None` without
/// events; infinite when the objective allows no bad event and there is one.
pub fn burn_rate(counted: Counted, objective: Objective) -> Option<f64> {
    if counted.total <= 0.0 {
        return None;
    }
    let bad = counted.bad().max(0.0);
    Some(if bad > 0.0 {
        bad / objective.allows(counted.total)
    } else {
        0.0
    })
}

/// The bad and the allowed events of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorBudget {
    pub events: f64,
    pub bad: f64,
    /// How many of the events may be bad.
    pub allowed: f64,
}

pub fn error_budget(counted: Counted, objective: Objective) -> ErrorBudget {
    ErrorBudget {
        events: counted.total,
        bad: counted.bad().max(0.0),
        allowed: objective.allows(counted.total),
    }
}

impl ErrorBudget {
    /// The remaining share; negative when overspent, `None` when the objective allows no bad events at all.
    pub fn left(&self) -> Option<f64> {
        (self.allowed > 0.0).then(|| 1.0 - self.bad / self.allowed)
    }

    pub fn used_up(&self) -> bool {
        self.bad > 0.0 && self.bad >= self.allowed
    }

    /// How long the rest lasts at this burn rate: zero when it is used up, `None` when nothing burns it.
    pub fn lasts(&self, rate: Option<f64>, period: Duration) -> Option<Duration> {
        if self.used_up() {
            return Some(Duration::zero());
        }
        let rate = rate.filter(|rate| *rate > 0.0)?;
        Some(times(period, self.left()? / rate))
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds of a period are exact, and the product stops at 300 million years"
)]
fn times(length: Duration, factor: f64) -> Duration {
    let milliseconds = length.num_milliseconds() as f64 * factor;
    Duration::milliseconds((milliseconds.round() as i64).max(0))
}

/// The remaining budget at the end of each day from `from` to `to`, each for the period that ends with that day; `None`
/// for a period without events. `counted` holds the days with events, starting one period before `from`.
pub fn budget_left_by_day(
    (from, to): (NaiveDate, NaiveDate),
    counted: &BTreeMap<NaiveDate, Counted>,
    objective: Objective,
    period_days: u32,
) -> Vec<Option<f64>> {
    let reach = Duration::days(i64::from(period_days) - 1);
    from.iter_days()
        .take_while(|day| *day <= to)
        .map(|day| {
            let first = day.checked_sub_signed(reach).unwrap_or(NaiveDate::MIN);
            let of_period: Counted = counted.range(first..=day).map(|(_, day)| *day).sum();
            error_budget(of_period, objective).left()
        })
        .collect()
}
