//! The service levels day by day, as a picture shows them.

use chrono::NaiveDate;

use super::{Compliance, SloDay};

/// One target over a range of days, a place for each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Daily {
    /// `None` where nothing was measured or the data is not due yet.
    pub figures: Vec<Option<f64>>,
    /// The share of the error budget left at the end of each day; empty if there is no budget.
    pub budget_left: Vec<Option<f64>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SloDays {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub ingest: Daily,
    pub scheduler: Daily,
    pub api_latency: Daily,
}

impl SloDays {
    /// The judged figures, without budgets.
    pub fn of(compliance: &Compliance) -> Self {
        let daily = |figure: fn(&SloDay) -> Option<f64>| Daily {
            figures: compliance.days.iter().map(figure).collect(),
            budget_left: Vec::new(),
        };
        Self {
            from: compliance.from,
            to: compliance.to,
            ingest: daily(|day| day.ingest_success_rate_pct),
            scheduler: daily(|day| day.scheduler_on_time_pct),
            api_latency: daily(|day| day.api_latency_p95_ms),
        }
    }
}
