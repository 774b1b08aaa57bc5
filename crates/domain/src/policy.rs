//! When the chats are notified about open incidents, as configured.

use chrono::Duration;

use super::Severity;

/// Ends of a fault that are younger than this count when it comes back. Six hours have room for several rounds of a fault
/// that comes and goes at the default interval, and a fault of each night is none.
pub const FLAPPING: Duration = Duration::hours(6);

/// At most so many passing checks in a row are needed to end a fault that comes and goes: an hour at the default
/// interval. More would keep an incident open that has long been over.
const CALM_PASSES: u32 = 12;

/// How the wait between reminders grows while an incident stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderBackoff {
    Double,
    None,
}

#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The shortest time between two notifications of one fingerprint.
    pub window: Duration,
    pub backoff: ReminderBackoff,
    pub reminder_max: Duration,
    pub min_severity: Severity,
    /// Passing checks in a row that end an incident, unless its fault comes and goes.
    pub resolve_after: u32,
    /// How long a critical incident may stay unacknowledged; `None` turns escalation off.
    pub escalate_after: Option<Duration>,
}

impl Policy {
    /// The passing checks in a row that end an incident whose fault has come back so often lately. Twice as many from the
    /// second return on, and twice as many again with each further one: the chats hear of each return, and a fault that
    /// comes and goes soon stays one open incident.
    pub fn passes_to_end(&self, returns: u32) -> u32 {
        let doublings = returns.saturating_sub(1).min(30);
        let doubled = self.resolve_after.saturating_mul(1 << doublings);
        doubled.min(CALM_PASSES).max(self.resolve_after)
    }

    /// The same, if it is more than usual.
    pub fn calm_passes(&self, returns: u32) -> Option<u32> {
        Some(self.passes_to_end(returns)).filter(|passes| *passes > self.resolve_after)
    }

    /// The wait after the notification that follows `reminders` reminders.
    pub fn wait(&self, reminders: u32) -> Duration {
        match self.backoff {
            ReminderBackoff::None => self.window,
            ReminderBackoff::Double => {
                let seconds = self
                    .window
                    .num_seconds()
                    .saturating_mul(1 << reminders.min(30));
                Duration::seconds(seconds.min(self.reminder_max.num_seconds())).max(self.window)
            }
        }
    }
}
