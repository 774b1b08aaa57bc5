//! Messages whose words are not simply somebody's own of this moment, as the Bot API tells of them.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    chat::Chat,
    message::Message,
    state::{State, unix_now},
    wire,
};

/// How a message came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guise {
    /// By an administrator who hides behind the group.
    Anonymous,
    /// In the name of a channel that the person has.
    Channel(i64),
    /// Put by Telegram into the group that belongs to a channel, when that channel got it as a post.
    LinkedChannel(i64),
    /// Somebody else's words.
    Forwarded,
    /// The same, as servers older than Bot API 7.0 tell of it.
    ForwardedOldStyle,
    /// Made with the help of an inline bot.
    ViaBot,
    /// Sent by Telegram at a time that was set.
    Scheduled,
    /// The words stand below a picture.
    Caption,
    /// Written so long ago.
    Old(Duration),
}

impl Guise {
    /// What the message's JSON has otherwise than usual; null for what it lacks.
    fn overlay(&self, state: &State, chat: &Chat, message: &Message) -> Value {
        let bot = |id: i64, name: &str| json!({"id": id, "is_bot": true, "first_name": name});
        let channel = |id: i64| json!({"id": id, "type": "channel", "title": "News"});
        let another = || {
            let bot = state.users.get(&state.bot.id);
            bot.map(wire::user).unwrap_or_default()
        };
        match self {
            Self::Anonymous => json!({
                "from": bot(1_087_968_824, "Group"),
                "sender_chat": wire::chat(chat),
            }),
            Self::Channel(id) => json!({
                "from": bot(136_817_688, "Channel"),
                "sender_chat": channel(*id),
            }),
            Self::LinkedChannel(id) => json!({
                "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
                "sender_chat": channel(*id),
                "is_automatic_forward": true,
                "forward_origin": {
                    "type": "channel",
                    "chat": channel(*id),
                    "message_id": 1,
                    "date": message.date,
                },
            }),
            Self::Forwarded => json!({
                "forward_origin": {"type": "hidden_user", "sender_user_name": "Eve", "date": message.date},
            }),
            Self::ForwardedOldStyle => {
                json!({"forward_sender_name": "Eve", "forward_date": message.date})
            }
            Self::ViaBot => json!({"via_bot": another()}),
            Self::Scheduled => json!({"is_from_offline": true}),
            Self::Caption => json!({
                "text": null,
                "entities": null,
                "caption": message.text,
                "caption_entities": message.entities,
                "photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}],
            }),
            Self::Old(ago) => {
                json!({"date": unix_now().saturating_sub_unsigned(ago.as_secs())})
            }
        }
    }

    pub fn dress(&self, state: &State, chat: &Chat, message: &Message, json: &mut Value) {
        let overlay = self.overlay(state, chat, message);
        let (Some(json), Some(overlay)) = (json.as_object_mut(), overlay.as_object()) else {
            return;
        };
        merge(json, overlay);
    }
}

fn merge(json: &mut Map<String, Value>, overlay: &Map<String, Value>) {
    for (name, value) in overlay {
        if value.is_null() {
            json.remove(name);
        } else {
            json.insert(name.clone(), value.clone());
        }
    }
}
