//! Changes to chats that do not come from the bot: creation, blocking, leaving, upgrading.

use serde_json::{Value, json};

use super::{
    BotApi,
    chat::{Chat, ChatAccess, ChatKind, Membership, Topic, User},
    clock::unix_now,
    event::Event,
    id::{ChatId, MessageId, UserId},
    menu::{self, Command},
    params::Params,
    state::State,
    wire,
};

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WorldError {
    #[error("there is no chat {0}")]
    NoSuchChat(ChatId),
    #[error("chat {chat} has no message {message}")]
    NoSuchMessage { chat: ChatId, message: MessageId },
    #[error("chat {chat} has no topic {topic}")]
    NoSuchTopic { chat: ChatId, topic: MessageId },
    #[error("message {message} has no button {wanted:?}; it has {there:?}")]
    NoSuchButton {
        message: MessageId,
        wanted: String,
        there: Vec<String>,
    },
    #[error("the button {0:?} does not call the bot")]
    NotACallback(String),
}

impl BotApi {
    /// Makes a group, supergroup or forum; a private chat begins when the person first writes.
    pub fn add_chat(&self, id: ChatId, kind: ChatKind, title: &str) {
        self.shared.change(|state| {
            state.chats.insert(id, Chat::new(id, kind, title));
        });
    }

    pub fn set_access(&self, chat: ChatId, access: ChatAccess) -> Result<(), WorldError> {
        self.in_chat(chat, |chat| chat.access = access)
    }

    /// Allows only administrators to send pictures to the chat; text is still allowed.
    pub fn bar_pictures(&self, chat: ChatId) -> Result<(), WorldError> {
        self.in_chat(chat, |chat| chat.bars_pictures = true)
    }

    pub fn set_membership(
        &self,
        chat: ChatId,
        user: UserId,
        membership: Membership,
    ) -> Result<(), WorldError> {
        self.in_chat(chat, |chat| {
            chat.members.insert(user, membership);
        })
    }

    /// Upgrades a group to a supergroup with the same people and a new id, and sends the bot an update about it.
    pub fn migrate(&self, old: ChatId, new: ChatId) -> Result<(), WorldError> {
        self.shared.change(|state| {
            let group = state.world_chat(old)?;
            group.access = ChatAccess::MigratedTo(new);
            let mut supergroup = Chat::new(new, ChatKind::Supergroup, &group.title);
            supergroup.members = group.members.clone();
            let notice = json!({
                "message_id": group.next_id(),
                "date": unix_now(),
                "chat": wire::chat(group),
                "migrate_to_chat_id": new,
            });
            state.chats.insert(new, supergroup);
            state.updates.push("message", notice);
            Ok(())
        })
    }

    /// Opens a topic in a forum and returns its thread id.
    pub fn add_topic(&self, chat: ChatId, name: &str) -> Result<MessageId, WorldError> {
        let topic = Topic {
            name: name.to_owned(),
            closed: false,
        };
        self.in_chat(chat, |chat| {
            let id = chat.next_id();
            chat.topics.insert(id, topic);
            id
        })
    }

    pub fn close_topic(&self, chat: ChatId, topic: MessageId) -> Result<(), WorldError> {
        self.shared.change(|state| {
            let found = state.world_chat(chat)?.topics.get_mut(&topic);
            found.ok_or(WorldError::NoSuchTopic { chat, topic })?.closed = true;
            Ok(())
        })
    }

    pub fn delete_topic(&self, chat: ChatId, topic: MessageId) -> Result<(), WorldError> {
        self.in_chat(chat, |chat| {
            chat.topics.remove(&topic);
        })
    }

    /// A person deletes a message. The bot gets no update.
    pub fn delete_message(&self, chat: ChatId, message: MessageId) -> Result<(), WorldError> {
        self.shared.change(|state| {
            let found = state.world_chat(chat)?.undeleted(message);
            found
                .ok_or(WorldError::NoSuchMessage { chat, message })?
                .deleted = true;
            state.announce(Event::Deleted { chat, message });
            Ok(())
        })
    }

    /// Another holder of the token sets a webhook, which ends every poll; an empty address removes it.
    pub fn set_webhook(&self, url: &str) {
        self.shared.change(|state| {
            state.webhook = Some(url.to_owned()).filter(|url| !url.is_empty());
        });
    }

    /// Another holder of the token sets a command list, in the form of setMyCommands.
    pub fn leave_commands(&self, scope: &Value, language: &str, commands: &[&str]) {
        let params = Params::from_json(&json!({"scope": scope}));
        let scope = menu::Scope::from_params(&params).expect("a scope of the Bot API");
        let command = |name: &&str| Command {
            command: (*name).to_owned(),
            description: (*name).to_owned(),
        };
        self.shared.change(|state| {
            state
                .menus
                .set(scope, language, commands.iter().map(command).collect());
        });
    }

    /// Queues an update that the stand-in itself would never produce.
    pub fn push_update(&self, kind: &'static str, body: Value) {
        self.shared.change(|state| state.updates.push(kind, body));
    }

    /// The app of this person speaks another language from now on.
    pub fn set_language(&self, user: UserId, language: &str) {
        self.shared.change(|state| {
            if let Some(user) = state.users.get_mut(&user) {
                user.language = Some(language.to_owned());
            }
        });
    }

    /// Makes every button pressed so far too old to answer.
    pub fn expire_presses(&self) {
        self.shared.change(|state| {
            for press in &mut state.presses {
                press.expired = true;
            }
        });
    }

    pub(super) fn add_user(&self, id: UserId, first_name: &str) {
        self.shared.change(|state| {
            let user = User {
                id,
                first_name: first_name.to_owned(),
                username: None,
                language: None,
                is_bot: false,
            };
            state.users.insert(id, user);
        });
    }

    fn in_chat<T>(&self, id: ChatId, change: impl FnOnce(&mut Chat) -> T) -> Result<T, WorldError> {
        self.shared.change(|state| state.world_chat(id).map(change))
    }
}

impl State {
    pub(super) fn world_chat(&mut self, id: ChatId) -> Result<&mut Chat, WorldError> {
        self.chats.get_mut(&id).ok_or(WorldError::NoSuchChat(id))
    }
}
