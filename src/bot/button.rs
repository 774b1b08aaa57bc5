//! A button, and a press of it.

use std::sync::Arc;

use futures::future::BoxFuture;
use teloxide::types::CallbackQueryId;

use super::{invocation::User, proposing::ProposingError};
use crate::{
    context::Context,
    db::Subject,
    domain::{ChatTarget, Role, Who},
    telegram::{Address, Failure},
    views::Message,
};

pub struct Button {
    /// What its payload begins with, before a colon.
    pub name: &'static str,
    /// The least role that may press it; looked at on every press.
    pub role: Role,
    pub press: for<'a> fn(Press<'a>) -> BoxFuture<'a, Result<(), PressError>>,
}

/// A press by somebody with the right to it.
#[derive(Clone)]
pub struct Press<'a> {
    pub cx: &'a Arc<Context>,
    /// What follows the colon.
    pub payload: &'a str,
    pub user: User,
    pub query: CallbackQueryId,
    pub chat: ChatTarget,
    pub message_id: i32,
}

#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// The payload is of another time.
    #[error("stale button")]
    Stale,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Telegram(#[from] Failure),
}

impl Press<'_> {
    pub fn who(&self) -> Who {
        self.user.acting_in(self.chat)
    }

    /// Ends the spinner, with a short word to the presser.
    pub async fn end_spinner(&self, text: &str) {
        end_spinner(self.cx, self.chat.chat_id, &self.query, text).await;
    }

    /// Has the pressed message show how things are now. It may be a copy that the outbox knows nothing of, because the
    /// answer to its delivery was lost.
    pub async fn keep_true(&self, subject: Subject) -> Result<(), PressError> {
        let (cx, now) = (self.cx, self.cx.clock.now());
        cx.db
            .keep_true(subject, self.chat, self.message_id, now)
            .await?;
        cx.delivery.mail.notify_one();
        Ok(())
    }

    /// In reply to the message that the button is below.
    pub fn below(&self) -> Address {
        Address {
            to: self.chat,
            reply_to: Some(self.message_id),
        }
    }

    /// Puts another message in the place of the one that the button is below.
    pub async fn replace(&self, message: &Message) {
        let edited = self
            .cx
            .telegram
            .edit(self.chat.chat_id, self.message_id, message)
            .await;
        match edited {
            // Whoever deleted it does not want to see it.
            Ok(()) | Err(Failure::NoMessage) => {}
            Err(failure) => tracing::warn!(%failure, "a message cannot be edited after a press"),
        }
    }
}

pub async fn end_spinner(cx: &Context, chat_id: i64, query: &CallbackQueryId, text: &str) {
    if let Err(failure) = cx.telegram.answer(chat_id, query.clone(), text).await {
        tracing::warn!(%failure, "a press was not answered");
    }
}

impl From<ProposingError> for PressError {
    fn from(error: ProposingError) -> Self {
        match error {
            ProposingError::Database(error) => Self::Database(error),
            ProposingError::Telegram(failure) => Self::Telegram(failure),
        }
    }
}
