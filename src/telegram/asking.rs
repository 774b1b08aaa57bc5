//! Queries of the Bot API. Only the needed fields are read, because older servers leave out newer ones.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use teloxide::requests::{JsonRequest, Payload};
use url::Url;

use super::{Failure, Telegram};

/// The bot itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Me {
    pub id: i64,
    username: Option<String>,
}

/// A chat as it describes itself.
#[derive(Clone, Debug, Deserialize)]
pub struct ChatInfo {
    #[serde(rename = "type")]
    kind: String,
    title: Option<String>,
    first_name: Option<String>,
}

/// A user's membership of a chat.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    status: String,
    can_send_messages: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
struct WebhookInfo {
    #[serde(default)]
    url: String,
}

macro_rules! questions {
    ($($name:ident { $($field:ident),* } -> $answer:ty;)*) => {$(
        #[derive(Serialize)]
        struct $name {
            $($field: i64,)*
        }

        impl Payload for $name {
            type Output = $answer;
            const NAME: &'static str = stringify!($name);
        }
    )*};
}

questions! {
    GetMe {} -> Me;
    GetChat { chat_id } -> ChatInfo;
    GetChatMember { chat_id, user_id } -> Member;
    GetWebhookInfo {} -> WebhookInfo;
}

impl Me {
    /// Without the @.
    pub fn username(&self) -> &str {
        self.username.as_deref().unwrap_or_default()
    }
}

impl ChatInfo {
    pub fn is_private(&self) -> bool {
        self.kind == "private"
    }

    /// A group's title, or a person's first name.
    pub fn name(&self) -> &str {
        let name = self.title.as_deref().or(self.first_name.as_deref());
        name.unwrap_or_default()
    }
}

impl Member {
    pub fn is_absent(&self) -> bool {
        matches!(self.status.as_str(), "left" | "kicked")
    }

    pub fn is_muted(&self) -> bool {
        self.status == "restricted" && self.can_send_messages == Some(false)
    }
}

impl Telegram {
    pub async fn me(&self) -> Result<Me, Failure> {
        self.ask(GetMe {}).await
    }

    pub async fn chat(&self, chat_id: i64) -> Result<ChatInfo, Failure> {
        self.budget.call().await;
        self.ask(GetChat { chat_id }).await
    }

    pub async fn member(&self, chat_id: i64, user_id: i64) -> Result<Member, Failure> {
        self.budget.call().await;
        self.ask(GetChatMember { chat_id, user_id }).await
    }

    /// The host of the webhook, if one is set. Its path is often a secret.
    pub async fn webhook(&self) -> Result<Option<String>, Failure> {
        let WebhookInfo { url } = self.ask(GetWebhookInfo {}).await?;
        if url.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(&url).ok();
        let host = url.as_ref().and_then(Url::host_str);
        Ok(Some(host.unwrap_or("an unreadable address").to_owned()))
    }

    async fn ask<P>(&self, question: P) -> Result<P::Output, Failure>
    where
        P: Payload + Serialize + 'static,
        P::Output: DeserializeOwned,
    {
        self.call(JsonRequest::new(self.bot.clone(), question).into_future())
            .await
    }
}
