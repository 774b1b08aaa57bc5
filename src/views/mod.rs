//! The messages of the program: pure functions from facts to messages. Escaping and length limits are handled here.

mod alert;
mod alerts;
mod audit;
pub mod buttons;
mod checks;
mod details;
pub mod digest;
mod finding;
mod health;
pub mod help;
mod history;
mod html;
pub mod ignored;
pub mod incident;
pub mod incidents;
mod plan;
pub mod remediation;
pub mod runbook;
pub mod silences;
mod slo;
pub mod trends;
mod voice;

use serde::{Deserialize, Serialize};

pub(crate) use self::voice::say;
pub use self::{
    alert::{
        chat_is_back, closed_thread, here_again, lost_chat, lost_thread, missing_tables, no_topic,
        not_taken, second_poller, test_alert, webhook_removed,
    },
    alerts::alerts,
    audit::{AuditNames, AuditSubject, audit, audit_log_back, audit_log_broken},
    checks::{ListedCheck, checks, listed_checks, running},
    details::details,
    finding::{finding, in_english},
    health::{Overview, Status, health, status},
    html::{CAPTION_LIMIT, Html, MESSAGE_LIMIT, clip, plain_text},
    slo::slo,
    voice::{FluentValue, Voice},
};
use crate::db::Draft;

/// A message as Telegram takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub html: String,
    pub buttons: Vec<Vec<Button>>,
    /// Delivered without a sound.
    pub silent: bool,
}

/// A button below a message. `data` comes back when it is pressed: at most 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// How the outbox keeps a message.
impl From<Message> for Draft {
    fn from(message: Message) -> Self {
        Self {
            html: message.html,
            buttons: serde_json::json!(message.buttons),
            silent: message.silent,
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
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }
}
