//! The outcomes of checks, by their faults.

use super::happening::Played;
use crate::domain::{Check, Decision, Reason, Suppression};

/// The outcome for a fault that a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The chats are notified; without the id of an alert if the database could not store it.
    Notified {
        reason: Reason,
        alert_id: Option<i64>,
    },
    /// A new fault below the minimum severity.
    Withheld,
    Quiet,
}

impl Taken {
    /// Says if an action is to run on its own: once for a fault, and again when it gets worse. Nothing is done while
    /// somebody keeps the fault silent: they may be at work on it. A detector that could not look has found nothing that
    /// an action could remedy.
    pub fn wants_remediation(self, check: &Check) -> bool {
        let is_news = match self {
            Self::Notified { reason, .. } => {
                matches!(reason, Reason::Opened | Reason::Worsened { .. })
            }
            Self::Withheld => true,
            Self::Quiet => false,
        };
        is_news && check.standing.is_some()
    }

    pub fn alert_id(self) -> Option<i64> {
        match self {
            Self::Notified { alert_id, .. } => alert_id,
            Self::Withheld | Self::Quiet => None,
        }
    }
}

/// The outcome for each fault of the checks that were played.
pub fn outcomes<'a>(checks: &'a [Check], played: &[Played]) -> Vec<(&'a Check, Taken)> {
    let faults = checks.iter().flat_map(Check::faults);
    let mut taken: Vec<_> = faults.map(|fault| (fault, Taken::Quiet)).collect();
    for played in played {
        let fingerprint = &played.incident.fingerprint;
        let fault = taken
            .iter_mut()
            .find(|(fault, _)| fault.failed() && fault.fingerprint == *fingerprint);
        if let Some((_, taken)) = fault
            && played.incident.life.is_open()
        {
            *taken = taken_as(played, *taken);
        }
    }
    taken
}

fn taken_as(played: &Played, so_far: Taken) -> Taken {
    match played.decision {
        Decision::Notify(reason) => Taken::Notified {
            reason,
            alert_id: played.alert_id,
        },
        Decision::Suppress(Suppression::BelowMinimum)
            if played.incident.life.occurrences == 1 && !played.silenced =>
        {
            Taken::Withheld
        }
        _ => so_far,
    }
}
