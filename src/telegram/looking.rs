//! Looking at how things stand with Telegram, and listening to it, without the dispatcher.

use std::{future::IntoFuture, time::Duration};

use teloxide::{
    payloads::{GetUpdatesSetters, SendChatActionSetters},
    requests::Requester,
    types::{
        ChatAction, ChatFullInfo, ChatId, ChatMember, MessageId, ThreadId, Update, UserId,
        WebhookInfo,
    },
};

use super::{Failure, Telegram};
use crate::domain::ChatTarget;

impl Telegram {
    pub async fn webhook(&self) -> Result<WebhookInfo, Failure> {
        self.call(self.bot.get_webhook_info().into_future()).await
    }

    pub async fn chat(&self, chat: i64) -> Result<ChatFullInfo, Failure> {
        self.budget.call().await;
        self.call(self.bot.get_chat(ChatId(chat)).into_future())
            .await
    }

    pub async fn member(&self, chat: i64, user: UserId) -> Result<ChatMember, Failure> {
        self.budget.call().await;
        self.call(self.bot.get_chat_member(ChatId(chat), user).into_future())
            .await
    }

    /// Whether the bot may write there, found out by "typing…", which shows for seconds and leaves nothing. Of a forum's
    /// topics there is no other way to ask.
    pub async fn may_write(&self, to: ChatTarget) -> Result<(), Failure> {
        self.budget.call().await;
        let mut request = self
            .bot
            .send_chat_action(ChatId(to.chat_id), ChatAction::Typing);
        if let Some(thread) = to.thread_id {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        self.call(request.into_future()).await.map(drop)
    }

    /// The updates from `offset` on, which settles those before it; without one nothing is settled.
    pub async fn updates(
        &self,
        offset: Option<i32>,
        wait: Duration,
    ) -> Result<Vec<Update>, Failure> {
        let mut request = self
            .bot
            .get_updates()
            .timeout(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX));
        if let Some(offset) = offset {
            request = request.offset(offset);
        }
        self.call(request.into_future()).await
    }
}
