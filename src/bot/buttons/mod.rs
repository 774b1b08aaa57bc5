//! The buttons. Each is a file and a line in [`BUTTONS`].

pub mod ack;
pub mod ack_all;
pub mod alerts;
pub mod audit;
pub mod chart;
pub mod incidents;
pub mod proposal;
pub mod remediate;
pub mod resolve;
pub mod runbook;
pub mod silence;
pub mod silences;
pub mod unsilence;

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use teloxide::types::CallbackQueryId;

use super::{invocation::User, proposing::ProposingError};
use crate::{
    context::Context,
    db::Subject,
    detectors::panic_text,
    domain::{ChatTarget, Role, Who},
    ops::audit::forbid,
    telegram::{self, Address, Failure},
    views::{Message, say},
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

pub static BUTTONS: &[Button] = &[
    ack::BUTTON,
    ack_all::BUTTON,
    resolve::BUTTON,
    silence::BUTTON,
    unsilence::BUTTON,
    silences::BUTTON,
    incidents::BUTTON,
    alerts::BUTTON,
    audit::BUTTON,
    proposal::BUTTON,
    remediate::BUTTON,
    runbook::BUTTON,
    chart::BUTTON,
];

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
    pub(super) async fn keep_true(&self, subject: Subject) -> Result<(), PressError> {
        let (cx, now) = (self.cx, self.cx.clock.now());
        cx.db
            .keep_true(subject, self.chat, self.message_id, now)
            .await?;
        cx.mail.notify_one();
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

/// Carries out a press; whatever goes wrong is answered too, and counted.
pub(super) async fn answer(cx: &Arc<Context>, pressed: telegram::Press) {
    let voice = cx.voice();
    let user = User::from(&pressed.from);
    let role = user.role(cx);
    let query = CallbackQueryId(pressed.id);
    let data = pressed.data.as_deref().unwrap_or_default();
    let (name, payload) = data.split_once(':').unwrap_or((data, ""));
    let button = BUTTONS.iter().find(|button| button.name == name);
    let message = pressed.message.as_ref();
    let chat_id = message.map_or(user.id, |message| message.chat.id);
    if let Some(button) = button
        && button.role == Role::Admin
        && role < Role::Admin
    {
        let who = user.acting_in(ChatTarget::new(chat_id, None));
        let subject = format!("button {}", button.name);
        forbid(cx, &who, &subject, &role.to_string()).await;
    }
    let outcome = match (button, message) {
        _ if user.is_anybody => {
            end_spinner(cx, chat_id, &query, &say!(voice, "anonymous")).await;
            "refused"
        }
        _ if role == Role::Stranger => {
            end_spinner(cx, chat_id, &query, &say!(voice, "not-authorised")).await;
            "refused"
        }
        (Some(button), _) if role < button.role => {
            end_spinner(cx, chat_id, &query, &say!(voice, "admins-only")).await;
            "refused"
        }
        (Some(button), Some(message)) => {
            let press = Press {
                cx,
                payload,
                user,
                query: query.clone(),
                chat: ChatTarget::new(chat_id, message.topic()),
                message_id: message.message_id,
            };
            carry_out(button, press).await
        }
        _ => {
            end_spinner(cx, chat_id, &query, &say!(voice, "stale-button")).await;
            "usage"
        }
    };
    let name = button.map_or("unknown", |button| button.name);
    cx.metrics
        .bot_callbacks_total
        .with_label_values(&[name, outcome])
        .inc();
}

async fn end_spinner(cx: &Context, chat_id: i64, query: &CallbackQueryId, text: &str) {
    if let Err(failure) = cx.telegram.answer(chat_id, query.clone(), text).await {
        tracing::warn!(%failure, "a press was not answered");
    }
}

async fn carry_out(button: &Button, press: Press<'_>) -> &'static str {
    let voice = press.cx.voice();
    // A panic would leave the spinner turning.
    match AssertUnwindSafe((button.press)(press.clone()))
        .catch_unwind()
        .await
    {
        Ok(Ok(())) => "ok",
        Ok(Err(PressError::Stale)) => {
            press.end_spinner(&say!(voice, "stale-button")).await;
            "usage"
        }
        Ok(Err(error @ PressError::Database(_))) => {
            tracing::error!(%error, button = button.name, "a press failed");
            press.end_spinner(&say!(voice, "database-down")).await;
            "error"
        }
        Ok(Err(error @ PressError::Telegram(_))) => {
            tracing::error!(%error, button = button.name, "a press failed");
            "error"
        }
        Err(panic) => {
            tracing::error!(
                button = button.name,
                cause = panic_text(panic.as_ref()),
                "a press crashed"
            );
            press.end_spinner(&say!(voice, "went-wrong")).await;
            "error"
        }
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
