//! A parsed command.

use crate::{
    context::Context,
    domain::{By, ChatTarget, Role, Who, one_line, stands_for_anybody},
    telegram::{self, Address, Chat, Message},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub command: String,
    pub args: Vec<String>,
    pub user: User,
    /// The address of the answer.
    pub address: InvocationAddress,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub name: String,
    /// The person is unknown: a user who posts as a chat, or a bot.
    pub is_anybody: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvocationAddress {
    pub chat: ChatTarget,
    pub message_id: i32,
    /// The message that this one answers.
    pub replied_to: Option<i32>,
    pub is_private: bool,
}

impl InvocationAddress {
    /// In a group the answer is a reply; in a private chat that is not needed.
    pub fn address(self) -> Address {
        Address {
            to: self.chat,
            reply_to: (!self.is_private).then_some(self.message_id),
        }
    }
}

impl From<&telegram::User> for User {
    fn from(user: &telegram::User) -> Self {
        Self {
            id: user.id,
            name: name(user.id, &user.first_name),
            is_anybody: user.is_bot || stands_for_anybody(user.id).is_some(),
        }
    }
}

/// Falls back to the id if the name is invisible.
fn name(id: i64, name: &str) -> String {
    let name = one_line(name);
    match name.trim() {
        "" => id.to_string(),
        name => name.to_owned(),
    }
}

impl User {
    /// The author of the message. If it was posted as a chat, the author is unknown, whatever user Telegram names
    /// beside the chat.
    fn behind(message: &Message) -> Self {
        let Message {
            from,
            sender_chat,
            chat,
            ..
        } = message;
        match (from, sender_chat) {
            (Some(user), None) => user.into(),
            (Some(user), Some(_)) => Self {
                is_anybody: true,
                ..user.into()
            },
            (None, sender) => Self::chat(sender.as_ref().unwrap_or(chat)),
        }
    }

    fn chat(chat: &Chat) -> Self {
        Self {
            id: chat.id,
            name: name(chat.id, chat.title.as_deref().unwrap_or_default()),
            is_anybody: true,
        }
    }

    /// The user's current rights.
    pub fn role(&self, cx: &Context) -> Role {
        if self.is_anybody {
            Role::Stranger
        } else {
            cx.settings.get().role(self.id)
        }
    }

    /// The user as the author of an operation in a chat.
    pub fn acting_in(&self, chat: ChatTarget) -> Who {
        Who::in_chat(By::user(self.id, &self.name), chat.chat_id)
    }
}

impl Invocation {
    /// Parses a text or a caption; `None` if it is no command, or one for another bot.
    pub fn parse(message: &Message, bot: &str) -> Option<Self> {
        let text = message.text.as_ref().or(message.caption.as_ref())?;
        let (command, args) = split(text, bot)?;
        Some(Self {
            command,
            args,
            user: User::behind(message),
            address: InvocationAddress {
                chat: ChatTarget::new(message.chat.id, message.topic()),
                message_id: message.message_id,
                replied_to: message.replied_to(),
                is_private: message.chat.is_private(),
            },
        })
    }

    /// The command as typed, without the bot's name.
    pub fn text(&self) -> String {
        let words = std::iter::once(&self.command).chain(&self.args);
        format!("/{}", words.cloned().collect::<Vec<_>>().join(" "))
    }
}

/// `/run@ops_bot check_x` is `run` with one argument, if this is `ops_bot`; `/ack_7`, which can be tapped, is `ack` with
/// the argument 7.
pub fn split(text: &str, bot: &str) -> Option<(String, Vec<String>)> {
    let mut words = text.split_whitespace();
    let word = words.next()?.strip_prefix('/')?;
    if word.is_empty() {
        return None;
    }
    let command = match word.split_once('@') {
        Some((command, addressee)) if addressee.eq_ignore_ascii_case(bot) => command,
        Some(_) => return None,
        None => word,
    };
    let (command, number) = match command.rsplit_once('_') {
        Some((command, number)) if is_number(number) => (command, Some(number)),
        _ => (command, None),
    };
    let args = number.into_iter().chain(words).map(str::to_owned);
    Some((command.to_lowercase(), args.collect()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
