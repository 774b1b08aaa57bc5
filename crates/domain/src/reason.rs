use std::{fmt, str::FromStr};

use super::Severity;

/// The reason for a notification about an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Opened,
    Worsened { from: Severity },
    Reminder { number: u32 },
    SilenceOver,
    Escalated,
    Resolved,
}

impl Reason {
    /// Tells if it is news that a person should act on, rather than a reminder or the end of the incident.
    pub fn needs_attention(self) -> bool {
        matches!(
            self,
            Self::Opened | Self::Worsened { .. } | Self::SilenceOver
        )
    }

    /// Tells if the incident's own message suits it better than a digest.
    pub fn is_of_one(self) -> bool {
        matches!(
            self,
            Self::Worsened { .. } | Self::SilenceOver | Self::Resolved
        )
    }

    /// Tells if `ops_alerts_history` records it.
    pub fn is_alert(self) -> bool {
        self.needs_attention() || matches!(self, Self::Reminder { .. })
    }
}

/// `worsened:warning`, `reminder:3`, and the others as they are.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => f.write_str("opened"),
            Self::Worsened { from } => write!(f, "worsened:{from}"),
            Self::Reminder { number } => write!(f, "reminder:{number}"),
            Self::SilenceOver => f.write_str("silence_over"),
            Self::Escalated => f.write_str("escalated"),
            Self::Resolved => f.write_str("resolved"),
        }
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a reason for a notification")]
pub struct UnknownReason;

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Ok(match text.split_once(':') {
            Some(("worsened", from)) => Self::Worsened {
                from: from.parse().map_err(|_| UnknownReason)?,
            },
            Some(("reminder", number)) => Self::Reminder {
                number: number.parse().map_err(|_| UnknownReason)?,
            },
            Some(_) => return Err(UnknownReason),
            None => match text {
                "opened" => Self::Opened,
                "silence_over" => Self::SilenceOver,
                "escalated" => Self::Escalated,
                "resolved" => Self::Resolved,
                _ => return Err(UnknownReason),
            },
        })
    }
}
