//! What the program says in a chat: pure functions from facts to messages. Escaping, cutting and length live here.

mod alert;
mod html;
pub mod remediation;

pub use self::{
    alert::{alert, emoji, escalation, lost_chat, lost_thread},
    html::{Html, MESSAGE_LIMIT, clip, plain_text},
};

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
