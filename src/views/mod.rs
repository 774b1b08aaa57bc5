//! What the program says in a chat: pure functions from facts to messages. Escaping, cutting and length live here.

mod alert;
mod alerts;
mod checks;
mod health;
pub mod help;
mod html;
pub mod remediation;
pub mod runbook;
mod slo;

use chrono_tz::Tz;

pub use self::{
    alert::{alert, closed_thread, emoji, escalation, lost_chat, lost_thread, second_poller},
    alerts::alerts,
    checks::{checks, running},
    health::{Status, health, status},
    html::{Html, MESSAGE_LIMIT, clip, plain_text},
    slo::slo,
};
use crate::domain::Timestamp;

/// A message as Telegram takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub html: String,
    pub buttons: Vec<Vec<Button>>,
    /// Whether it arrives without a sound.
    pub silent: bool,
}

/// A button below a message. `data` comes back when it is pressed: at most 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    pub data: String,
}

impl From<Html> for Message {
    fn from(html: Html) -> Self {
        Self {
            html: html.into_markup(),
            buttons: Vec::new(),
            silent: false,
        }
    }
}

impl Message {
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    #[must_use]
    pub fn with_buttons(mut self, row: Vec<Button>) -> Self {
        self.buttons.push(row);
        self
    }
}

/// A moment as the operators' clocks show it.
fn moment(at: Timestamp, zone: Tz) -> String {
    at.utc()
        .with_timezone(&zone)
        .format("%d %b %H:%M:%S")
        .to_string()
}
