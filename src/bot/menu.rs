//! The commands that Telegram suggests after a slash.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use teloxide::types::{BotCommand, BotCommandScope, ChatId, Recipient, UserId};

use super::commands::COMMANDS;
use crate::{
    context::Context,
    domain::{ChatTarget, Lang},
    telegram::Failure,
};

/// Languages that an earlier list may have been set for; more are learnt from the users' apps.
const LANGUAGES: [&str; 3] = ["", "en", "ru"];
/// More than there are two-letter codes.
const LANGUAGES_MOST: usize = 200;

/// Sets the one list. Returns the language of the commands it holds.
pub async fn announce(cx: &Context) -> Result<Lang, Failure> {
    let voice = cx.voice();
    let commands = COMMANDS
        .iter()
        .map(|command| BotCommand::new(command.name, command.about(&voice)));
    cx.telegram.set_commands(commands.collect()).await?;
    Ok(voice.lang)
}

/// Removes command lists for single chats, people or languages that another program with this token has left: Telegram
/// would show them instead of ours.
#[derive(Default)]
pub struct Leftovers(Mutex<HashSet<String>>);

impl Leftovers {
    /// Clears the lists known at the start: for all kinds of chats, and for the chats and people in the settings.
    pub async fn clear(&self, cx: &Context) -> Result<(), Failure> {
        for language in LANGUAGES {
            self.is_new(language);
            clear_in(cx, language).await?;
        }
        Ok(())
    }

    /// Clears the lists for the language of a user's app.
    pub async fn clear_for(&self, cx: &Context, language: &str) -> Result<(), Failure> {
        let is_code = language.len() == 2 && language.bytes().all(|c| c.is_ascii_lowercase());
        if is_code && self.is_new(language) {
            clear_in(cx, language).await?;
        }
        Ok(())
    }

    fn is_new(&self, language: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.len() < LANGUAGES_MOST && known.insert(language.to_owned())
    }
}

async fn clear_in(cx: &Context, language: &str) -> Result<(), Failure> {
    // The list for everybody, without a language, is ours.
    let everybody = (!language.is_empty()).then_some(BotCommandScope::Default);
    for scope in everybody.into_iter().chain(wide()).chain(narrow(cx)) {
        match cx.telegram.delete_commands(scope, language).await {
            // A chat that the bot does not know has no list.
            Err(failure) if !failure.was_answered() => return Err(failure),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn wide() -> [BotCommandScope; 3] {
    [
        BotCommandScope::AllPrivateChats,
        BotCommandScope::AllGroupChats,
        BotCommandScope::AllChatAdministrators,
    ]
}

/// The scopes of the configured chats, their administrators, and the configured people in each chat.
fn narrow(cx: &Context) -> Vec<BotCommandScope> {
    let settings = cx.settings.get();
    let people = || settings.admins.iter().chain(&settings.viewers);
    let recipient = |id: i64| Recipient::Id(ChatId(id));
    let own = people().map(|person| BotCommandScope::Chat {
        chat_id: recipient(*person),
    });
    let mut scopes: Vec<_> = own.collect();
    for ChatTarget { chat_id, .. } in settings.alert_chats.iter().chain(&settings.manager_chat) {
        let chat_id = recipient(*chat_id);
        scopes.push(BotCommandScope::Chat {
            chat_id: chat_id.clone(),
        });
        if !chat_id_is_a_persons(&chat_id) {
            scopes.push(BotCommandScope::ChatAdministrators {
                chat_id: chat_id.clone(),
            });
            scopes.extend(people().filter_map(|person| {
                Some(BotCommandScope::ChatMember {
                    chat_id: chat_id.clone(),
                    user_id: UserId(u64::try_from(*person).ok()?),
                })
            }));
        }
    }
    scopes
}

/// There are neither administrators nor members of it.
fn chat_id_is_a_persons(chat: &Recipient) -> bool {
    matches!(chat, Recipient::Id(ChatId(id)) if *id > 0)
}
