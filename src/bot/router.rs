//! Selects the updates that the bot handles, and judges whether a command is meant.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use dptree::Handler;

use super::{
    chats::Request,
    commands::Given,
    invocation::Invocation,
    unintended::{age, unintended},
};
use crate::telegram::{Message, Press, UpdateKind};

/// The number of recent commands whose edits are recognised.
const REMEMBERED: usize = 500;

/// Routes updates for the bot of this name.
pub struct Router {
    bot: String,
    /// The texts of recent commands. Telegram also reports invisible changes as edits.
    commands: Mutex<VecDeque<Command>>,
}

/// The available clocks.
#[derive(Clone, Copy)]
pub struct Clocks(pub [Option<DateTime<Utc>>; 2]);

/// A message, new or edited.
#[derive(Clone)]
struct Said {
    message: Message,
    edited: bool,
}

struct Command {
    chat: i64,
    message: i32,
    text: String,
}

impl Router {
    pub fn new(bot: &str) -> Self {
        Self {
            bot: bot.to_owned(),
            commands: Mutex::default(),
        }
    }

    fn command(&self, Said { message, edited }: &Said, Clocks(clocks): Clocks) -> Option<Request> {
        let edited = *edited;
        let invocation = Invocation::parse(message, &self.bot)?;
        let known = self.remember(&invocation);
        if edited && known {
            return None;
        }
        let unintended = unintended(message, edited, age(message.date, clocks));
        Some(Request::Command(Given {
            invocation,
            unintended,
        }))
    }

    /// Tells if this message had the same text before.
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

/// Commands in messages and edits, and presses of buttons; other updates are dropped. Expects the update's kind, a
/// [`Router`] and the [`Clocks`].
pub fn schema() -> Handler<'static, Option<Request>> {
    let commands =
        dptree::filter_map(|kind: UpdateKind| match kind {
            UpdateKind::Message(message) => Some(Said {
                message,
                edited: false,
            }),
            UpdateKind::Edited(message) => Some(Said {
                message,
                edited: true,
            }),
            UpdateKind::Press(_) | UpdateKind::Membership(_) | UpdateKind::Other => None,
        })
        .endpoint(
            |router: Arc<Router>, said: Said, clocks: Clocks| async move {
                router.command(&said, clocks)
            },
        );
    // Telegram drops a press that is not fetched within 150 s, so none is old.
    let presses = dptree::filter_map(|kind: UpdateKind| match kind {
        UpdateKind::Press(press) => Some(press),
        _ => None,
    })
    .endpoint(|press: Press| async move { Some(Request::Press(Box::new(press))) });
    dptree::entry().branch(commands).branch(presses)
}
