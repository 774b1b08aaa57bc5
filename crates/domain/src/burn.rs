//! Burn-rate alerts on error budgets.
//!
//! The four tiers and their windows come from Google's Site Reliability Workbook, chapter 5, "Alerting on SLOs"
//! (<https://sre.google/workbook/alerting-on-slos/>), "Multiwindow, Multi-Burn-Rate Alerts".

use std::collections::HashMap;

use chrono::Duration;

use super::{Counted, ErrorBudget, Objective, Severity, burn_rate, error_budget, words};

/// The period that the workbook gives its windows for.
const WORKBOOK_PERIOD_DAYS: i32 = 30;
/// The time left is predicted from the burn rate of the last tenth of the period, the workbook's longest window.
const RECENT: i32 = 10;

/// A burn rate that raises the alarm when both windows exceed it: the long window shows that the burn is significant,
/// the short one that it continues.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    pub factor: f64,
    pub long: Duration,
    pub short: Duration,
    pub severity: Severity,
}

/// For a period of 30 days, fastest first: 2 % of the budget in one hour or 5 % in six hours pages an operator, 10 % in
/// one or three days can wait for the morning.
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
    /// Scales the tier to another period. No window is shorter than the interval between two looks; otherwise events
    /// that come right after a look would be in no short window.
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

    /// Tells if the objective allows a burn rate this high at all.
    pub fn can_fire(&self, objective: Objective) -> bool {
        objective.fastest_burn() > self.factor
    }

    /// Judges the burn rates of both windows; the result names the reason when there is no alarm.
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
        /// The long window has too few events to be judged.
        TooFewEvents = "too_few_events",
        LongBelow = "long_below",
        /// The burn was too fast, and has slowed down.
        ShortBelow = "short_below",
        /// The burn was too fast; no events have come since that show whether it continues.
        NothingRecent = "nothing_recent",
    }
}

/// A tier with its judged windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    pub tier: Tier,
    /// The events of the long window.
    pub long: Counted,
    pub long_rate: Option<f64>,
    pub short_rate: Option<f64>,
    pub judgement: Judgement,
}

/// The rules by which a service level's budget is judged.
#[derive(Clone, Debug)]
pub struct BurnPolicy {
    pub objective: Objective,
    pub period_days: u32,
    /// The fastest first.
    pub tiers: Vec<Tier>,
    /// A tier whose long window has fewer events than this is not judged.
    pub least_events: f64,
}

impl BurnPolicy {
    fn period(&self) -> Duration {
        Duration::days(self.period_days.into())
    }

    fn recent(&self) -> Duration {
        self.period() / RECENT
    }

    /// The windows, each ending now, whose events the judgement needs.
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

    /// `None` when the period has no events.
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

/// The state of a service level's error budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Spending {
    pub objective: Objective,
    pub period_days: u32,
    pub budget: ErrorBudget,
    /// At the rate of the last tenth of the period.
    pub lasts: Option<Duration>,
    /// One per tier, fastest first.
    pub burns: Vec<Burn>,
}

impl Burn {
    pub fn is_firing(&self) -> bool {
        self.judgement == Judgement::Firing
    }
}

/// The alarm state that follows from the burn rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alarm<'a> {
    Raised(&'a Burn),
    /// Undecided: a raised alarm stays raised, and no new one is raised.
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

    /// How long the rest of the budget lasts at the rate of this tier's long window.
    pub fn lasts_at(&self, burn: &Burn) -> Option<Duration> {
        let period = Duration::days(self.period_days.into());
        self.budget.lasts(burn.long_rate, period)
    }
}
