//! Updates from Telegram. Each is parsed on its own, and only the needed fields: an unreadable update is skipped
//! without losing others.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};
use teloxide::{ApiError, RequestError};

use super::{CALL_TIMEOUT, Failure, Member, Telegram, client};

/// Updates that came together.
pub struct Batch {
    pub updates: Vec<Update>,
    /// The Bot API's time when it sent them, if known.
    pub sent_at: Option<DateTime<Utc>>,
}

pub struct Update {
    pub id: i64,
    pub kind: UpdateKind,
}

#[derive(Clone, Debug)]
pub enum UpdateKind {
    Message(Message),
    /// An edited message.
    Edited(Message),
    Press(Press),
    Membership(Membership),
    /// A kind of update that is not handled, or an unreadable one.
    Other,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(
    clippy::struct_field_names,
    reason = "they are the names of the Bot API"
)]
pub struct Message {
    pub message_id: i32,
    pub chat: Chat,
    /// Unix time, in seconds; 0 for an inaccessible message.
    #[serde(default)]
    pub date: i64,
    pub from: Option<User>,
    /// The chat as which it was posted.
    pub sender_chat: Option<Chat>,
    pub text: Option<String>,
    pub caption: Option<String>,
    message_thread_id: Option<i32>,
    #[serde(default)]
    is_topic_message: bool,
    reply_to_message: Option<Replied>,
    edit_date: Option<i64>,
    via_bot: Option<IgnoredAny>,
    forward_origin: Option<IgnoredAny>,
    /// Replaces the former on servers older than Bot API 7.0.
    forward_date: Option<i64>,
    #[serde(default)]
    is_automatic_forward: bool,
    #[serde(default)]
    is_from_offline: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Replied {
    message_id: i32,
}

#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub first_name: String,
    pub language_code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Chat {
    pub id: i64,
    #[serde(rename = "type", default)]
    kind: String,
    pub title: Option<String>,
}

/// A pressed button.
#[derive(Clone, Debug, Deserialize)]
pub struct Press {
    pub id: String,
    pub from: User,
    /// The message with the button, if the bot can still see it.
    pub message: Option<Message>,
    pub data: Option<String>,
}

/// A change of the bot's membership of a chat.
#[derive(Clone, Debug, Deserialize)]
pub struct Membership {
    pub chat: Chat,
    pub new_chat_member: Member,
}

impl UpdateKind {
    /// The user who caused it.
    pub fn from(&self) -> Option<&User> {
        match self {
            Self::Message(message) | Self::Edited(message) => message.from.as_ref(),
            Self::Press(press) => Some(&press.from),
            Self::Membership(_) | Self::Other => None,
        }
    }
}

impl Chat {
    pub fn is_private(&self) -> bool {
        self.kind == "private"
    }
}

impl Message {
    /// The message's topic in a forum.
    pub fn topic(&self) -> Option<i32> {
        self.message_thread_id.filter(|_| self.is_topic_message)
    }

    pub fn replied_to(&self) -> Option<i32> {
        self.reply_to_message
            .as_ref()
            .map(|replied| replied.message_id)
    }

    pub fn was_edited(&self) -> bool {
        self.edit_date.is_some()
    }

    pub fn came_via_a_bot(&self) -> bool {
        self.via_bot.is_some()
    }

    pub fn was_forwarded(&self) -> bool {
        self.forward_origin.is_some() || self.forward_date.is_some() || self.is_automatic_forward
    }

    /// Sent by Telegram at a scheduled time.
    pub fn was_scheduled(&self) -> bool {
        self.is_from_offline
    }
}

impl Telegram {
    /// Fetches the updates from `offset` on, which confirms earlier ones; without an offset nothing is confirmed.
    /// Without `kinds` Telegram uses those of the previous call.
    pub async fn updates(
        &self,
        offset: Option<i64>,
        wait: Duration,
        kinds: Option<&[&str]>,
    ) -> Result<Batch, Failure> {
        let mut params = json!({"timeout": wait.as_secs()});
        if let Some(offset) = offset {
            params["offset"] = json!(offset);
        }
        if let Some(kinds) = kinds {
            params["allowed_updates"] = json!(kinds);
        }
        let fetched = tokio::time::timeout(CALL_TIMEOUT, self.fetch(&params)).await;
        let fetched = fetched.unwrap_or(Err(Failure::Timeout));
        self.note(fetched.as_ref().err());
        fetched
    }

    /// The client library's own request would hide when the answer was sent.
    async fn fetch(&self, params: &Value) -> Result<Batch, Failure> {
        let sent = client::post(&self.bot, "getUpdates", params).await;
        let answer = sent.map_err(|error| lost(&error))?;
        let sent_at = client::date(&answer);
        let body = answer.bytes().await.map_err(|error| lost(&error))?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| Failure::Garbled)?;
        Ok(Batch {
            updates: answer.updates()?.into_iter().filter_map(read).collect(),
            sent_at,
        })
    }
}

/// The Bot API's envelope.
#[derive(Deserialize)]
struct Answer {
    result: Option<Vec<Value>>,
    description: Option<ApiError>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Answer {
    fn updates(self) -> Result<Vec<Value>, Failure> {
        if let Some(updates) = self.result {
            return Ok(updates);
        }
        let wait = self.parameters.and_then(|given| given.retry_after);
        Err(match (wait, self.description) {
            (Some(seconds), _) => Failure::RetryAfter(Duration::from_secs(seconds)),
            (None, Some(error)) => Failure::from(&RequestError::Api(error)),
            (None, None) => Failure::Garbled,
        })
    }
}

fn lost(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        Failure::Timeout
    } else {
        Failure::Unreachable
    }
}

/// `None` without an id, which is needed even to confirm it.
fn read(mut update: Value) -> Option<Update> {
    let id = update["update_id"].as_i64()?;
    let mut take = |kind: &str| update.get_mut(kind).map(Value::take);
    let message = |edited: bool, json: Value| {
        serde_json::from_value(json).map(if edited {
            UpdateKind::Edited
        } else {
            UpdateKind::Message
        })
    };
    let kind = if let Some(json) = take("message").or_else(|| take("channel_post")) {
        message(false, json)
    } else if let Some(json) = take("edited_message").or_else(|| take("edited_channel_post")) {
        message(true, json)
    } else if let Some(json) = take("callback_query") {
        serde_json::from_value(json).map(UpdateKind::Press)
    } else if let Some(json) = take("my_chat_member") {
        serde_json::from_value(json).map(UpdateKind::Membership)
    } else {
        Ok(UpdateKind::Other)
    };
    let kind = kind.unwrap_or_else(|_| {
        // The error may quote a message.
        tracing::warn!(update = id, "an update cannot be read and is passed over");
        UpdateKind::Other
    });
    Some(Update { id, kind })
}
