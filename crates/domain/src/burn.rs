//! When the burning of an error budget is an alarm.
//!
//! The four tiers and their windows are those of Google's Site Reliability Workbook, chapter 5, "Alerting on SLOs"
//! (<https://sre.google/workbook/alerting-on-slos/>), "Multiwindow, Multi-Burn-Rate Alerts".

use std::collections::HashMap;

use chrono::Duration;

use super::{Counted, ErrorBudget, Objective, Severity, burn_rate, error_budget, words};

/// The period that the workbook gives its windows for.
const WORKBOOK_PERIOD_DAYS: i32 = 30;
/// How long a budget lasts is told by the rate of the last tenth of the period: the longest window of the workbook.
const RECENT: i32 = 10;

/// A burn rate that raises the alarm when it is exceeded both over a long window, which tells that it matters, and over
/// a short one, which tells that it goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    pub factor: f64,
    pub long: Duration,
    pub short: Duration,
    pub severity: Severity,
}

/// For a period of 30 days, the fastest first: 2 % of the budget in an hour and 5 % in six call somebody, 10 % in a day
/// or in three can wait for the morning.
pub const TIERS: [Tier; 4] = [
    Tier {
        factor: 14.4,
        long: Duration::hours(1),
        short: Duration::minutes(5),
        severity: Severity::Error,
    },
    Tier {
        factor: 6.0,
        long: Duration::hours(6),
        short: Duration::minutes(30),
        severity: Severity::Error,
    },
    Tier {
        factor: 3.0,
        long: Duration::days(1),
        short: Duration::hours(2),
        severity: Severity::Warning,
    },
    Tier {
        factor: 1.0,
        long: Duration::days(3),
        short: Duration::hours(6),
        severity: Severity::Warning,
    },
];

impl Tier {
    /// The same for another period. No window is shorter than the time between two looks: what happens right after one
    /// would be in no short window at all.
    #[must_use]
    pub fn for_period(self, days: u32, between_looks: Duration) -> Self {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let scaled = |window: Duration| (window * days / WORKBOOK_PERIOD_DAYS).max(between_looks);
        Self {
            long: scaled(self.long),
            short: scaled(self.short),
            ..self
        }
    }

    /// Whether the rate can be exceeded at all.
    pub fn can_fire(&self, objective: Objective) -> bool {
        objective.fastest_burn() > self.factor
    }

    /// Whether it raises the alarm, or else why not.
    pub fn judge(&self, long: Counted, short: Counted, objective: Objective, least: f64) -> Burn {
        let (long_rate, short_rate) = (burn_rate(long, objective), burn_rate(short, objective));
        let exceeded = |rate: f64| rate > self.factor;
        let judgement = if long.total < least {
            Judgement::TooFewEvents
        } else if !long_rate.is_some_and(exceeded) {
            Judgement::LongBelow
        } else {
            match short_rate {
                None => Judgement::NothingRecent,
                Some(rate) if exceeded(rate) => Judgement::Firing,
                Some(_) => Judgement::ShortBelow,
            }
        };
        Burn {
            tier: *self,
            long,
            long_rate,
            short_rate,
            judgement,
        }
    }
}

words! {
    /// Says if a tier raises the alarm, or else why not
    pub enum Judgement {
        Firing = "firing",
        /// The long window has fewer events than would tell anything.
        TooFewEvents = "too_few_events",
        LongBelow = "long_below",
        /// It was too fast, and is not any more.
        ShortBelow = "short_below",
        /// It was too fast, and nothing has happened since that would tell whether it still is.
        NothingRecent = "nothing_recent",
    }
}

/// A tier and what the events say to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    pub tier: Tier,
    /// The events of the long window.
    pub long: Counted,
    pub long_rate: Option<f64>,
    pub short_rate: Option<f64>,
    pub judgement: Judgement,
}

/// By what the budget of a service level is judged.
#[derive(Clone, Debug)]
pub struct BurnPolicy {
    pub objective: Objective,
    pub period_days: u32,
    /// The fastest first.
    pub tiers: Vec<Tier>,
    /// Fewer events in a tier's long window say nothing.
    pub least_events: f64,
}

impl BurnPolicy {
    fn period(&self) -> Duration {
        Duration::days(self.period_days.into())
    }

    fn recent(&self) -> Duration {
        self.period() / RECENT
    }

    /// The lengths of time, each up to now, whose events are needed for a judgement.
    pub fn windows(&self) -> Vec<Duration> {
        let of_tiers = self.tiers.iter().flat_map(|tier| [tier.long, tier.short]);
        let mut windows: Vec<_> = [self.period(), self.recent()]
            .into_iter()
            .chain(of_tiers)
            .collect();
        windows.sort_unstable();
        windows.dedup();
        windows
    }

    /// `None` when the period has no events: then nothing measures the service level.
    pub fn judge(&self, counted: &HashMap<Duration, Counted>) -> Option<Spending> {
        let of = |window: Duration| counted.get(&window).copied().unwrap_or_default();
        let budget = error_budget(of(self.period()), self.objective);
        let judge = |tier: &Tier| {
            let (long, short) = (of(tier.long), of(tier.short));
            tier.judge(long, short, self.objective, self.least_events)
        };
        (budget.events > 0.0).then(|| Spending {
            objective: self.objective,
            period_days: self.period_days,
            lasts: budget.lasts(burn_rate(of(self.recent()), self.objective), self.period()),
            budget,
            burns: self.tiers.iter().map(judge).collect(),
        })
    }
}

/// How the budget of a service level stands at some moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Spending {
    pub objective: Objective,
    pub period_days: u32,
    pub budget: ErrorBudget,
    /// At the rate of the last tenth of the period.
    pub lasts: Option<Duration>,
    /// Of each tier, the fastest first.
    pub burns: Vec<Burn>,
}

impl Burn {
    pub fn is_firing(&self) -> bool {
        self.judgement == Judgement::Firing
    }
}

/// What a budget's burning means to those who watch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alarm<'a> {
    Raised(&'a Burn),
    /// It is not known whether it is over: one that is raised stays, and none is raised anew.
    Unknown,
    Off,
}

impl Spending {
    pub fn alarm(&self) -> Alarm<'_> {
        let is_unknown = |burn: &Burn| burn.judgement == Judgement::NothingRecent;
        match self.burns.iter().find(|burn| burn.is_firing()) {
            Some(burn) => Alarm::Raised(burn),
            None if self.burns.iter().any(is_unknown) => Alarm::Unknown,
            None => Alarm::Off,
        }
    }

    /// How long what is left lasts at the rate of this burn's long window.
    pub fn lasts_at(&self, burn: &Burn) -> Option<Duration> {
        let period = Duration::days(self.period_days.into());
        self.budget.lasts(burn.long_rate, period)
    }
}
