//! A command as somebody typed it.

use teloxide::types::Message;

use crate::{
    domain::{By, ChatTarget, Who, one_line},
    telegram::Address,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub command: String,
    pub args: Vec<String>,
    pub user: User,
    /// Where the answer goes.
    pub address: InvocationAddress,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub name: String,
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
    /// In a group the answer is tied to the question; in a private chat there is no doubt.
    pub fn address(self) -> Address {
        Address {
            to: self.chat,
            reply_to: (!self.is_private).then_some(self.message_id),
        }
    }
}

impl From<&teloxide::types::User> for User {
    fn from(user: &teloxide::types::User) -> Self {
        Self {
            id: i64::try_from(user.id.0).unwrap_or(i64::MAX),
            name: name(user),
        }
    }
}

/// Of a name that nobody can see the id is left.
fn name(user: &teloxide::types::User) -> String {
    let name = one_line(&user.first_name);
    match name.trim() {
        "" => user.id.to_string(),
        name => name.to_owned(),
    }
}

impl User {
    /// The user as one who acts in a chat.
    pub fn acting_in(&self, chat: ChatTarget) -> Who {
        Who::in_chat(By::user(self.id, &self.name), chat.chat_id)
    }
}

impl Invocation {
    /// `None` for what is no command, for a command to another bot, and for messages without a person behind them.
    pub fn parse(message: &Message, bot: &str) -> Option<Self> {
        let user = message.from.as_ref()?;
        let (command, args) = split(message.text()?, bot)?;
        Some(Self {
            command,
            args,
            user: user.into(),
            address: InvocationAddress {
                chat: ChatTarget {
                    chat_id: message.chat.id.0,
                    thread_id: topic_of(message),
                },
                message_id: message.id.0,
                replied_to: message.reply_to_message().map(|replied| replied.id.0),
                is_private: message.chat.is_private(),
            },
        })
    }
}

/// The forum's topic that the message stands in.
pub fn topic_of(message: &Message) -> Option<i32> {
    message
        .thread_id
        .filter(|_| message.is_topic_message)
        .map(|thread| thread.0.0)
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
