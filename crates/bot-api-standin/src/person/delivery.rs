//! Delivers a person's actions to the bot, as far as the bot may see them.

use std::time::Instant;

use serde_json::{Value, json};

use crate::{
    WorldError,
    chat::{Chat, ChatAccess},
    event::Event,
    id::{ChatId, MessageId, UserId},
    message::Message,
    state::{PressedButton, State},
    wire,
};

impl State {
    /// Shows a person's message to those who may see it, the bot among them.
    pub fn deliver(&mut self, message: Message) {
        let chat = &self.chats[&message.chat];
        if self.bot_sees(chat, &message) {
            let json = self.message_json(chat, &message);
            self.updates.push("message", json);
        }
        self.announce(Event::Sent {
            message,
            by_bot: false,
        });
    }

    /// Telegram's privacy mode: in a group, commands, mentions and replies to the bot. Names are of any case.
    fn bot_sees(&self, chat: &Chat, message: &Message) -> bool {
        if chat.access != ChatAccess::Open {
            return false;
        }
        if chat.is_private() || self.reads_all_group_messages {
            return true;
        }
        let name = self.bot.username.as_deref().unwrap_or_default();
        let mention = format!("@{name}").to_lowercase();
        let text = message.text.to_lowercase();
        let replied_to = message.reply_to.and_then(|id| chat.message(id));
        let replies_to_bot = replied_to.is_some_and(|replied| replied.from == self.bot.id);
        let command = text.split_whitespace().next();
        let command = command.filter(|word| word.starts_with('/'));
        let for_others =
            command.is_some_and(|word| word.contains('@') && !word.ends_with(&mention));
        replies_to_bot || text.contains(&mention) || (command.is_some() && !for_others)
    }

    pub fn press(
        &mut self,
        by: UserId,
        chat: ChatId,
        message: MessageId,
        data: &str,
    ) -> Result<String, WorldError> {
        let place = self.chats.get(&chat).ok_or(WorldError::NoSuchChat(chat))?;
        let pressed = place.message(message);
        let pressed = pressed.ok_or(WorldError::NoSuchMessage { chat, message })?;
        let id = format!("{}", 1_000_000 + self.presses.len());
        let update = json!({
            "id": id,
            "from": self.users.get(&by).map(wire::user),
            "message": self.pressed_json(place, pressed),
            "chat_instance": chat.to_string(),
            "data": data,
        });
        if place.access == ChatAccess::Open {
            self.updates.push("callback_query", update);
        }
        self.presses.push(PressedButton {
            id: id.clone(),
            by,
            chat,
            message,
            at: Instant::now(),
            expired: false,
        });
        self.announce(Event::Pressed {
            chat,
            message,
            by,
            data: data.to_owned(),
        });
        Ok(id)
    }

    /// A deleted message is "inaccessible" to the bot: its id, and a date of 0.
    fn pressed_json(&self, chat: &Chat, message: &Message) -> Value {
        if message.deleted {
            json!({"chat": wire::chat(chat), "message_id": message.id, "date": 0})
        } else {
            self.message_json(chat, message)
        }
    }
}
