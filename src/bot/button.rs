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
    /// The prefix of its payload, before the colon.
    pub name: &'static str,
    /// The least role that may press it; checked on every press.
    pub role: Role,
    pub press: for<'a> fn(Press<'a>) -> BoxFuture<'a, Result<(), PressError>>,
}

/// An authorised press of a button.
#[derive(Clone)]
pub struct Press<'a> {
    pub cx: &'a Arc<Context>,
    /// The payload after the colon.
    pub payload: &'a str,
    pub user: User,
    pub query: CallbackQueryId,
    pub chat: ChatTarget,
    pub message_id: i32,
}

#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// The payload is outdated or malformed.
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

    /// Ends the spinner with a short text.
    pub async fn end_spinner(&self, text: &str) {
        end_spinner(self.cx, self.chat.chat_id, &self.query, text).await;
    }

    /// Updates the pressed message to the current state. The outbox may not know this copy, because the answer to its
    /// delivery was lost.
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

    /// Replaces the message that the button is below.
    pub async fn replace(&self, message: &Message) {
        let edited = self
            .cx
            .telegram
            .edit(self.chat.chat_id, self.message_id, message)
            .await;
        match edited {
            // The message was deleted, so nobody wants to see it.
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
