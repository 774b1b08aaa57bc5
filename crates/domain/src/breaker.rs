//! Limits on automatic runs of an action, judged by its earlier automatic runs.

use chrono::Duration;

use super::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutomaticLimits {
    /// The most automatic runs of one action within the window.
    pub runs: u32,
    pub window: Duration,
    /// The shortest time between two automatic runs of one action.
    pub cooldown: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    Granted,
    /// It ran too often to be helping.
    Broken {
        runs: u32,
        until: Timestamp,
    },
    /// The last run is recent and may not have taken effect yet.
    Cooling {
        until: Timestamp,
    },
}

impl Permit {
    /// As metrics and the log call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Broken { .. } => "breaker",
            Self::Cooling { .. } => "cooldown",
        }
    }
}

impl AutomaticLimits {
    /// How far back a run still counts.
    pub fn memory(&self) -> Duration {
        self.window.max(self.cooldown)
    }
}

/// `past` are the starts of the action's automatic runs in all instances, in any order.
pub fn permit(past: &[Timestamp], now: Timestamp, limits: &AutomaticLimits) -> Permit {
    let mut newest_first = past.to_vec();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let nth = usize::try_from(limits.runs.max(1) - 1).unwrap_or(usize::MAX);
    if let Some(at) = newest_first.get(nth) {
        let until = *at + limits.window;
        if until > now {
            let within = newest_first
                .iter()
                .filter(|at| **at + limits.window > now)
                .count();
            return Permit::Broken {
                runs: u32::try_from(within).unwrap_or(u32::MAX),
                until,
            };
        }
    }
    match newest_first.first().map(|at| *at + limits.cooldown) {
        Some(until) if until > now => Permit::Cooling { until },
        _ => Permit::Granted,
    }
}

/// Tells if administrators were asked about the action since its last automatic run; they are asked once.
pub fn was_asked(past: &[Timestamp], asked: Option<Timestamp>) -> bool {
    let newest = past.iter().max().copied();
    newest.is_some() && asked >= newest
}
