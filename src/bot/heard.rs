//! What of an update is for the bot, and in how far it is to be believed.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{
    chats::What,
    commands::Given,
    doubt::{age, doubt},
    invocation::Invocation,
};
use crate::telegram::{Message, UpdateKind};

/// As many commands as may still be edited by whoever has just given them.
const REMEMBERED: usize = 500;

/// Listens to what is meant for the bot of this name.
pub struct Ear {
    bot: String,
    /// What the newest commands said. Telegram calls a message edited for changes too that nobody sees.
    commands: Mutex<VecDeque<Command>>,
}

struct Command {
    chat: i64,
    message: i32,
    text: String,
}

impl Ear {
    pub fn new(bot: &str) -> Self {
        Self {
            bot: bot.to_owned(),
            commands: Mutex::default(),
        }
    }

    /// `clocks` tell what time it is.
    pub fn listen(&self, kind: UpdateKind, clocks: [Option<DateTime<Utc>>; 2]) -> Option<What> {
        match kind {
            UpdateKind::Message(message) => self.command(&message, false, clocks),
            UpdateKind::Edited(message) => self.command(&message, true, clocks),
            // Telegram drops a press that nobody has fetched for 150 s, so that none is old.
            UpdateKind::Press(press) => Some(What::Press(Box::new(press))),
            UpdateKind::Membership(_) | UpdateKind::Other => None,
        }
    }

    fn command(
        &self,
        message: &Message,
        edited: bool,
        clocks: [Option<DateTime<Utc>>; 2],
    ) -> Option<What> {
        let invocation = Invocation::parse(message, &self.bot)?;
        let known = self.remember(&invocation);
        if edited && known {
            return None;
        }
        let doubt = doubt(message, edited, age(message.date, clocks));
        Some(What::Command(Given { invocation, doubt }))
    }

    /// Whether this message said the same before.
    fn remember(&self, invocation: &Invocation) -> bool {
        let (chat, message) = (
            invocation.address.chat.chat_id,
            invocation.address.message_id,
        );
        let text = invocation.text();
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&mut Command| known.chat == chat && known.message == message;
        if let Some(known) = commands.iter_mut().find(same) {
            let is_known = known.text == text;
            known.text = text;
            return is_known;
        }
        commands.push_back(Command {
            chat,
            message,
            text,
        });
        if commands.len() > REMEMBERED {
            commands.pop_front();
        }
        false
    }
}
