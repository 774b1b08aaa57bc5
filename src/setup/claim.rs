//! Identifies the person and their chats by a code that is only shown on the terminal.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::time::Instant;

use super::{bot::TheBot, dialogue::Dialogue};
use crate::{
    bot::Invocation,
    domain::{ChatTarget, one_line, stands_for_anybody},
    telegram::{Batch, Failure, UpdateKind},
};

/// A person has to find their phone.
const PATIENCE: Duration = Duration::from_secs(900);
const LONG_POLL: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// Wrong guesses after which there is a new code: too few to hit one of a million.
const GUESSES: u32 = 5;
const CODES: u32 = 1_000_000;

/// The kind of chat in which the code must be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ChatType {
    Private,
    Group,
}

/// The user who wrote the code, and the chat.
pub struct Claim {
    pub user: i64,
    /// With the id, if it is one person's.
    pub name: String,
    pub chat: ChatTarget,
}

/// The updates of one conversation.
pub struct Listener<'a> {
    bot: &'a TheBot,
    /// The first update that is not settled yet.
    offset: Option<i64>,
}

impl<'a> Listener<'a> {
    pub fn new(bot: &'a TheBot) -> Self {
        Self { bot, offset: None }
    }

    /// Shows a code and waits until somebody writes it in a chat of that kind.
    pub async fn claim(
        &mut self,
        dialogue: &mut Dialogue,
        chat_type: ChatType,
    ) -> anyhow::Result<Claim> {
        let deadline = Instant::now() + PATIENCE;
        let mut code = self.show_code(dialogue, chat_type)?;
        let mut guesses = 0;
        while Instant::now() < deadline {
            for said in self.next(dialogue).await? {
                if said.command != "start"
                    || (chat_type == ChatType::Private) != said.address.is_private
                {
                    continue;
                }
                if said.args.first() == Some(&code) {
                    if chat_type == ChatType::Private && said.user.is_anybody {
                        dialogue.say(&nobody(said.user.id))?;
                        continue;
                    }
                    return Ok(Claim {
                        user: said.user.id,
                        name: if said.user.is_anybody {
                            "Somebody without a name of their own".to_owned()
                        } else {
                            format!("{} (id {})", one_line(&said.user.name), said.user.id)
                        },
                        chat: said.address.chat,
                    });
                }
                let who = one_line(&said.user.name);
                dialogue.say(&format!(
                    "{who} (id {}) wrote /start without the code, and is not taken for you.",
                    said.user.id
                ))?;
                guesses += 1;
                if guesses == GUESSES {
                    guesses = 0;
                    code = self.show_code(dialogue, chat_type)?;
                }
            }
        }
        bail!(
            "nobody wrote the code within {} minutes; to begin again, run: sovani-ops init",
            PATIENCE.as_secs() / 60
        )
    }

    fn show_code(&self, dialogue: &Dialogue, chat_type: ChatType) -> anyhow::Result<String> {
        let random = getrandom::u32().context("there is no randomness for a code")?;
        let code = format!("{:06}", random % CODES);
        let bot = one_line(&self.bot.name);
        dialogue.say(&match chat_type {
            ChatType::Private => format!(
                "Write this to @{bot} in Telegram:\n  /start {code}\nor open https://t.me/{bot}?start={code}\nWaiting …"
            ),
            ChatType::Group => format!(
                "Add @{bot} to the group, and write this there, in the topic that is to get the alerts if it has topics:\n  /start@{bot} {code}\nor open https://t.me/{bot}?startgroup={code}\nWaiting …"
            ),
        })?;
        Ok(code)
    }

    /// The new messages to the bot.
    async fn next(&mut self, dialogue: &mut Dialogue) -> anyhow::Result<Vec<Invocation>> {
        match self
            .bot
            .telegram
            .updates(self.offset, LONG_POLL, None)
            .await
        {
            Ok(Batch { updates, .. }) => {
                if let Some(last) = updates.last() {
                    self.offset = Some(last.id + 1);
                }
                let messages = updates.iter().filter_map(|update| match &update.kind {
                    UpdateKind::Message(message) => Some(message),
                    _ => None,
                });
                let said = |message| Invocation::parse(message, &self.bot.name);
                return Ok(messages.filter_map(said).collect());
            }
            Err(Failure::Conflict) => {
                dialogue.say(
                    "Another program fetches what is written to this bot, perhaps a sovani-ops that is running: stop it first.",
                )?;
                dialogue.ask("Press Enter when it is stopped").await?;
            }
            Err(Failure::RetryAfter(wait)) => tokio::time::sleep(wait.min(PATIENCE)).await,
            Err(failure) => {
                dialogue.say(&format!("{failure}; trying again …"))?;
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
        Ok(Vec::new())
    }
}

/// The answer to whoever hides behind an id that is not theirs alone.
fn nobody(id: i64) -> String {
    let whom = stands_for_anybody(id).unwrap_or("a bot or a chat");
    format!(
        "The code came from the id {id}, which is no person's: it stands for {whom}. It cannot be an administrator. Turn anonymity off, and write the code again."
    )
}

impl Listener<'_> {
    /// Confirms the read updates, so that the program does not answer them again.
    pub async fn close(self) {
        if self.offset.is_some() {
            // If it fails, the program answers a /start.
            let _ = self
                .bot
                .telegram
                .updates(self.offset, Duration::ZERO, None)
                .await;
        }
    }
}
