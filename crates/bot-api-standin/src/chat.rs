//! People and chats.

use std::collections::BTreeMap;

use super::{
    id::{ChatId, MessageId, UserId},
    message::Message,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub first_name: String,
    pub username: Option<String>,
    /// The app's language, as a two-letter code.
    pub language: Option<String>,
    pub is_bot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    Private,
    Group,
    Supergroup,
    /// A supergroup with topics.
    Forum,
}

/// The bot's access to the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatAccess {
    Open,
    /// The person stopped the bot.
    Blocked,
    /// The bot was removed from the group.
    Kicked,
    /// The person deleted the account.
    Deactivated,
    MigratedTo(ChatId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    Creator,
    Administrator,
    Member,
    /// Restricted to reading.
    Muted,
    Left,
    /// Removed, and banned.
    Banned,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    pub closed: bool,
}

pub struct Chat {
    pub id: ChatId,
    pub kind: ChatKind,
    /// A group's title; a person's first name.
    pub title: String,
    pub access: ChatAccess,
    /// Tells if only text may be sent to it.
    pub bars_pictures: bool,
    pub members: BTreeMap<UserId, Membership>,
    /// By thread id, which is the id of the message that opened the topic.
    pub topics: BTreeMap<MessageId, Topic>,
    pub messages: Vec<Message>,
    last_id: MessageId,
}

impl Chat {
    pub fn new(id: ChatId, kind: ChatKind, title: &str) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            access: ChatAccess::Open,
            bars_pictures: false,
            members: BTreeMap::new(),
            topics: BTreeMap::new(),
            messages: Vec::new(),
            // Number 1 is the general topic of a forum.
            last_id: i32::from(kind == ChatKind::Forum),
        }
    }

    pub fn next_id(&mut self) -> MessageId {
        self.last_id += 1;
        self.last_id
    }

    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// The message, unless it was deleted.
    pub fn undeleted(&mut self, id: MessageId) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .find(|message| message.id == id && !message.deleted)
    }

    pub fn is_private(&self) -> bool {
        self.kind == ChatKind::Private
    }
}
