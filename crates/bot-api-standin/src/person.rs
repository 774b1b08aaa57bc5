//! A person with a phone: writes, replies, presses buttons.

mod delivery;

use std::time::Duration;

use serde_json::json;

use super::{
    BotApi, CallbackAnswer, TimedOut, WorldError,
    chat::{Chat, ChatAccess, ChatKind, Membership},
    clock::unix_now,
    entity::{Entity, EntityKind, Formatted, utf16_len},
    event::Event,
    guise::Guise,
    id::{ChatId, MessageId, UserId},
    keyboard::Keyboard,
    message::Message,
    wire,
};

#[derive(Clone)]
pub struct Person {
    api: BotApi,
    pub id: UserId,
    pub first_name: String,
}

/// A pressed button, waiting for the bot's answer.
#[derive(Clone)]
pub struct Press {
    api: BotApi,
    pub query: String,
}

impl BotApi {
    /// The person with this id, who becomes known to Telegram.
    pub fn person(&self, id: UserId, first_name: &str) -> Person {
        self.add_user(id, first_name);
        Person {
            api: self.clone(),
            id,
            first_name: first_name.to_owned(),
        }
    }
}

impl Person {
    /// Writes to a chat, joining it if need be. The private chat with the bot has the person's own id,
    /// begins with the first message in it, and unblocks with the next one.
    pub fn says(&self, chat: ChatId, text: &str) -> Result<MessageId, WorldError> {
        self.writes(chat, text, None, None)
    }

    /// Writes in a forum's topic.
    pub fn says_in(
        &self,
        chat: ChatId,
        topic: MessageId,
        text: &str,
    ) -> Result<MessageId, WorldError> {
        self.writes(chat, text, Some(topic), None)
    }

    pub fn replies(
        &self,
        chat: ChatId,
        to: MessageId,
        text: &str,
    ) -> Result<MessageId, WorldError> {
        self.writes(chat, text, None, Some(to))
    }

    /// Writes as [`Person::says`], in another way than by typing and sending.
    pub fn says_as(&self, chat: ChatId, guise: Guise, text: &str) -> Result<MessageId, WorldError> {
        self.writes_as(chat, text, None, None, Some(guise))
    }

    /// Edits the person's own message. Sending the same text again is an edit without a visible change.
    pub fn edits(&self, chat: ChatId, message: MessageId, text: &str) -> Result<(), WorldError> {
        self.api.shared.change(|state| {
            let edited = state.world_chat(chat)?.undeleted(message);
            let edited = edited.ok_or(WorldError::NoSuchMessage { chat, message })?;
            edited.replace(commanding(text), Keyboard::default(), unix_now());
            let edited = edited.clone();
            let json = state.message_json(&state.chats[&chat], &edited);
            state.updates.push("edited_message", json);
            state.announce(Event::Edited(edited));
            Ok(())
        })
    }

    /// Presses the button with this label or, failing that, this callback data, on the current message.
    pub fn presses(
        &self,
        chat: ChatId,
        message: MessageId,
        label_or_data: &str,
    ) -> Result<Press, WorldError> {
        let data = self.api.shared.change(|state| {
            let shown = state.world_chat(chat)?.undeleted(message);
            let shown = shown.ok_or(WorldError::NoSuchMessage { chat, message })?;
            let button = shown
                .button(label_or_data)
                .ok_or_else(|| no_such_button(shown, label_or_data))?;
            let data = button.data().map(str::to_owned);
            data.ok_or_else(|| WorldError::NotACallback(label_or_data.to_owned()))
        })?;
        self.presses_data(chat, message, &data)
    }

    /// Presses a button that the message may no longer have, like an app with an outdated view.
    pub fn presses_data(
        &self,
        chat: ChatId,
        message: MessageId,
        data: &str,
    ) -> Result<Press, WorldError> {
        let query = self
            .api
            .shared
            .change(|state| state.press(self.id, chat, message, data))?;
        Ok(Press {
            api: self.api.clone(),
            query,
        })
    }

    /// Lets the bot into a chat, removes it, or blocks it. Unlike with [`BotApi::set_access`], the bot gets an update
    /// about it.
    pub fn turns_bot(&self, chat: ChatId, access: ChatAccess) -> Result<(), WorldError> {
        self.changes_bot(chat, |chat, _| chat.access = access)
    }

    /// Changes the bot's membership of a chat, and sends the bot an update about it.
    pub fn makes_bot(&self, chat: ChatId, membership: Membership) -> Result<(), WorldError> {
        self.changes_bot(chat, |chat, bot| {
            chat.members.insert(bot, membership);
        })
    }

    fn changes_bot(
        &self,
        chat: ChatId,
        change: impl FnOnce(&mut Chat, UserId),
    ) -> Result<(), WorldError> {
        self.api.shared.change(|state| {
            let bot = state.bot.clone();
            let place = state.world_chat(chat)?;
            let before = membership_of(place, bot.id);
            change(place, bot.id);
            let after = membership_of(place, bot.id);
            let update = json!({
                "chat": wire::chat(place),
                "from": state.users.get(&self.id).map(wire::user),
                "date": unix_now(),
                "old_chat_member": wire::member(&bot, before),
                "new_chat_member": wire::member(&bot, after),
            });
            state.updates.push("my_chat_member", update);
            Ok(())
        })
    }

    fn writes(
        &self,
        chat: ChatId,
        text: &str,
        thread: Option<MessageId>,
        reply_to: Option<MessageId>,
    ) -> Result<MessageId, WorldError> {
        self.writes_as(chat, text, thread, reply_to, None)
    }

    fn writes_as(
        &self,
        chat: ChatId,
        text: &str,
        thread: Option<MessageId>,
        reply_to: Option<MessageId>,
        guise: Option<Guise>,
    ) -> Result<MessageId, WorldError> {
        self.api.shared.change(|state| {
            if chat == self.id {
                let private = Chat::new(chat, ChatKind::Private, &self.first_name);
                state.chats.entry(chat).or_insert(private);
            }
            let chat = state.world_chat(chat)?;
            if chat.access == ChatAccess::Blocked {
                chat.access = ChatAccess::Open;
            }
            chat.members.entry(self.id).or_insert(Membership::Member);
            let message = Message {
                reply_to,
                thread,
                guise,
                ..Message::new(
                    chat.next_id(),
                    chat.id,
                    self.id,
                    commanding(text),
                    unix_now(),
                )
            };
            let id = message.id;
            chat.messages.push(message.clone());
            state.deliver(message);
            Ok(id)
        })
    }
}

impl Press {
    pub fn answer(&self) -> Option<CallbackAnswer> {
        self.api
            .shared
            .read(|state| state.answer_to(&self.query).cloned())
    }

    pub async fn answered(&self, within: Duration) -> Result<CallbackAnswer, TimedOut> {
        self.api
            .wait_for(within, |state| state.answer_to(&self.query).cloned())
            .await
    }
}

fn membership_of(chat: &Chat, bot: UserId) -> Membership {
    match chat.access {
        ChatAccess::Open => chat
            .members
            .get(&bot)
            .copied()
            .unwrap_or(Membership::Member),
        ChatAccess::Blocked | ChatAccess::Kicked => Membership::Banned,
        ChatAccess::Deactivated | ChatAccess::MigratedTo(_) => Membership::Left,
    }
}

fn no_such_button(message: &Message, wanted: &str) -> WorldError {
    let there = message.keyboard.buttons();
    WorldError::NoSuchButton {
        message: message.id,
        wanted: wanted.to_owned(),
        there: there.map(|button| button.text.clone()).collect(),
    }
}

fn commanding(text: &str) -> Formatted {
    Formatted {
        entities: command_entity(text).into_iter().collect(),
        ..Formatted::plain(text)
    }
}

fn command_entity(text: &str) -> Option<Entity> {
    let command = text.split_whitespace().next()?;
    text.starts_with('/')
        .then(|| Entity::new(EntityKind::BotCommand, 0, utf16_len(command)))
}
