//! When the chats are notified about open incidents, as configured.

use chrono::Duration;

use super::Severity;

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
    /// Passing checks in a row that end an incident.
    pub resolve_after: u32,
    /// How long a critical incident may stay unacknowledged; `None` turns escalation off.
    pub escalate_after: Option<Duration>,
}

impl Policy {
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
