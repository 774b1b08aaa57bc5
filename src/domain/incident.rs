//! When a failing check is told to the chats, and why.

use chrono::Duration;

use super::{Severity, Timestamp};

/// How the wait between reminders grows while an incident stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderBackoff {
    Double,
    None,
}

#[derive(Clone, Copy, Debug)]
pub struct NoticePolicy {
    /// The shortest time between two notifications of one fingerprint.
    pub window: Duration,
    pub backoff: ReminderBackoff,
    pub reminder_max: Duration,
    pub min_severity: Severity,
}

/// The newest notification of a fingerprint, whichever of its incidents it belonged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub at: Timestamp,
    pub severity: Severity,
}

/// What is known of a fingerprint when a failing check of it comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Track {
    pub last_notice: Option<Notice>,
    /// Notifications of the incident that is open now; 0 when none is open or nobody was told of it yet.
    pub notifications: u32,
}

impl Track {
    /// Takes in that the chats are told.
    pub fn told(&mut self, notice: Notice) {
        self.last_notice = Some(notice);
        self.notifications = self.notifications.saturating_add(1);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Notify(Reason),
    Suppress(Suppression),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Opened,
    Worsened { from: Severity },
    Reminder { number: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    BelowMinimum,
    Repeated { until: Timestamp },
}

/// Decides about one failing check. The same arguments always give the same answer.
pub fn decide(
    track: &Track,
    severity: Severity,
    now: Timestamp,
    policy: &NoticePolicy,
) -> Decision {
    if severity < policy.min_severity {
        return Decision::Suppress(Suppression::BelowMinimum);
    }
    let Some(last) = track.last_notice else {
        return Decision::Notify(Reason::Opened);
    };
    if severity > last.severity {
        return Decision::Notify(Reason::Worsened {
            from: last.severity,
        });
    }
    let wait = policy.wait(track.notifications);
    if now.since(last.at) < wait {
        return Decision::Suppress(Suppression::Repeated {
            until: last.at + wait,
        });
    }
    Decision::Notify(match track.notifications {
        0 => Reason::Opened,
        number => Reason::Reminder { number },
    })
}

impl NoticePolicy {
    /// The wait after the `notifications`-th notification of an incident.
    fn wait(&self, notifications: u32) -> Duration {
        match self.backoff {
            ReminderBackoff::None => self.window,
            ReminderBackoff::Double => {
                let doublings = notifications.saturating_sub(1).min(30);
                let seconds = self.window.num_seconds().saturating_mul(1 << doublings);
                Duration::seconds(seconds.min(self.reminder_max.num_seconds())).max(self.window)
            }
        }
    }
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Worsened { .. } => "worsened",
            Self::Reminder { .. } => "reminder",
        }
    }
}
