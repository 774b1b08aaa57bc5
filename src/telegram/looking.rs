//! Queries of the current state at Telegram.

use std::future::IntoFuture;

use teloxide::{
    payloads::SendChatActionSetters,
    requests::Requester,
    types::{ChatAction, ChatId, MessageId, ThreadId},
};

use super::{Failure, Telegram};
use crate::domain::ChatTarget;

impl Telegram {
    /// Tells if the bot may write there, by trying "typing…", which leaves no trace. For a forum's topics there is no
    /// other way.
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
}
