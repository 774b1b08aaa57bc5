//! The JSON of a message in a guise.

use serde_json::{Map, Value, json};

use super::user;
use crate::{chat::Chat, clock::unix_now, guise::Guise, message::Message, state::State};

pub fn dress(guise: &Guise, state: &State, chat: &Chat, message: &Message, json: &mut Value) {
    let overlay = overlay(guise, state, chat, message);
    let (Some(json), Some(overlay)) = (json.as_object_mut(), overlay.as_object()) else {
        return;
    };
    merge(json, overlay);
}

/// The fields of the message's JSON that differ from usual; null for those that it lacks.
fn overlay(guise: &Guise, state: &State, chat: &Chat, message: &Message) -> Value {
    let bot = |id: i64, name: &str| json!({"id": id, "is_bot": true, "first_name": name});
    let channel = |id: i64| json!({"id": id, "type": "channel", "title": "News"});
    let another = || {
        let bot = state.users.get(&state.bot.id);
        bot.map(user).unwrap_or_default()
    };
    match guise {
        Guise::Anonymous => json!({
            "from": bot(1_087_968_824, "Group"),
            "sender_chat": super::chat(chat),
        }),
        Guise::Channel(id) => json!({
            "from": bot(136_817_688, "Channel"),
            "sender_chat": channel(*id),
        }),
        Guise::LinkedChannel(id) => json!({
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
        Guise::Forwarded => json!({
            "forward_origin": {"type": "hidden_user", "sender_user_name": "Eve", "date": message.date},
        }),
        Guise::ForwardedOldStyle => {
            json!({"forward_sender_name": "Eve", "forward_date": message.date})
        }
        Guise::ViaBot => json!({"via_bot": another()}),
        Guise::Scheduled => json!({"is_from_offline": true}),
        Guise::Caption => json!({
            "text": null,
            "entities": null,
            "caption": message.text,
            "caption_entities": message.entities,
            "photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}],
        }),
        Guise::Old(ago) => {
            json!({"date": unix_now().saturating_sub_unsigned(ago.as_secs())})
        }
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
