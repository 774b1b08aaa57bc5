//! The Bot API's JSON for users, chats and messages.

mod dressing;

use serde_json::{Value, json};

use super::{
    chat::{Chat, ChatKind, Membership, User},
    message::Message,
    state::State,
};

/// The rights of an administrator, which the Bot API lists one by one.
const ADMINISTRATOR_RIGHTS: [&str; 8] = [
    "can_be_edited",
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
];

/// The rights of an unrestricted member.
const MEMBER_RIGHTS: [&str; 14] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

pub fn user(user: &User) -> Value {
    let mut json = json!({
        "id": user.id,
        "is_bot": user.is_bot,
        "first_name": user.first_name,
    });
    if let Some(language) = &user.language {
        json["language_code"] = json!(language);
    }
    if let Some(username) = &user.username {
        json["username"] = json!(username);
    }
    json
}

pub fn chat(chat: &Chat) -> Value {
    match chat.kind {
        ChatKind::Private => json!({"id": chat.id, "type": "private", "first_name": chat.title}),
        ChatKind::Group => json!({"id": chat.id, "type": "group", "title": chat.title}),
        ChatKind::Supergroup => json!({"id": chat.id, "type": "supergroup", "title": chat.title}),
        ChatKind::Forum => {
            json!({"id": chat.id, "type": "supergroup", "title": chat.title, "is_forum": true})
        }
    }
}

pub fn member(user: &User, membership: Membership) -> Value {
    let status = match membership {
        Membership::Creator => "creator",
        Membership::Administrator => "administrator",
        Membership::Member => "member",
        Membership::Muted => "restricted",
        Membership::Left => "left",
        Membership::Banned => "kicked",
    };
    let mut json = json!({"user": self::user(user), "status": status});
    if matches!(membership, Membership::Creator | Membership::Administrator) {
        json["is_anonymous"] = json!(false);
    }
    if membership == Membership::Muted {
        json["is_member"] = json!(true);
        json["until_date"] = json!(0);
        for right in MEMBER_RIGHTS {
            json[right] = json!(false);
        }
    }
    if membership == Membership::Banned {
        json["until_date"] = json!(0);
    }
    if membership == Membership::Administrator {
        for right in ADMINISTRATOR_RIGHTS {
            json[right] = json!(false);
        }
    }
    json
}

impl State {
    pub(super) fn message_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut json = self.bare_message_json(chat, message);
        let replied_to = message.reply_to.and_then(|id| chat.message(id));
        if let Some(replied_to) = replied_to {
            json["reply_to_message"] = self.bare_message_json(chat, replied_to);
        }
        json
    }

    fn bare_message_json(&self, chat: &Chat, message: &Message) -> Value {
        let mut json = json!({
            "message_id": message.id,
            "chat": self::chat(chat),
            "date": message.date,
        });
        let (text, entities) = match &message.photo {
            Some(photo) => {
                json["photo"] = photo.to_json(message.id);
                ("caption", "caption_entities")
            }
            None => ("text", "entities"),
        };
        if message.photo.is_none() || !message.text.is_empty() {
            json[text] = json!(message.text);
        }
        if let Some(from) = self.users.get(&message.from) {
            json["from"] = user(from);
        }
        if !message.entities.is_empty() {
            json[entities] = json!(message.entities);
        }
        if !message.keyboard.is_empty() {
            json["reply_markup"] = message.keyboard.to_json();
        }
        if let Some(thread) = message.thread {
            json["message_thread_id"] = json!(thread);
            json["is_topic_message"] = json!(true);
        }
        if let Some(edit) = message.edits.last() {
            json["edit_date"] = json!(edit.replaced_at);
        }
        if let Some(guise) = &message.guise {
            dressing::dress(guise, self, chat, message, &mut json);
        }
        json
    }
}
