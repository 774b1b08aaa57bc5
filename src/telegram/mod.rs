//! The only access to Telegram: all calls go through here, within the budget, with their failures classified and
//! counted.

mod asking;
mod budget;
mod client;
mod editing;
mod failure;
mod looking;
mod markup;
mod picture;
mod quiet;
mod reached;
mod sending;
mod sent;
mod updates;

use std::{
    collections::HashMap,
    future::IntoFuture,
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::{Duration, Instant},
};

use teloxide::{
    Bot, RequestError,
    payloads::{AnswerCallbackQuerySetters, DeleteMyCommandsSetters},
    requests::Requester,
    types::{BotCommand, BotCommandScope, CallbackQueryId, ChatAction, ChatId},
};
use tokio::sync::Notify;

pub use self::{
    asking::{Me, Member},
    client::{bot, server_time},
    failure::{Failure, OUTCOMES},
    sent::Picture,
    updates::{Batch, Chat, Membership, Message, Press, UpdateKind, User},
};
use self::{
    budget::Budget,
    markup::{keyboard, no_preview},
};
use crate::{domain::ChatTarget, metrics::Metrics, settings::Rates};

/// The client library waits 10 s before it reports a server error; a call that takes longer than this is lost.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
const BUDGET_PATIENCE: Duration = Duration::from_secs(15);
const COME_BACK: Duration = Duration::from_secs(1);

pub struct Telegram {
    bot: Bot,
    budget: Budget,
    metrics: Arc<Metrics>,
    /// The end of each chat's flood wait. Shared by the outbox and the answers to commands.
    quiet: Mutex<HashMap<i64, Instant>>,
    /// The outcome of the newest call, for the readiness probe; `None` before the first.
    newest: Mutex<Option<Result<(), Failure>>>,
    /// Set when a call succeeded after failed ones, to wake waiting tasks.
    is_back: AtomicBool,
    back: Notify,
}

/// The recipient of a message, and the message that it replies to.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    pub to: ChatTarget,
    pub reply_to: Option<i32>,
}

/// Where a message has arrived: possibly in the supergroup that the chat was upgraded to.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub chat_id: i64,
    pub message_id: i32,
}

/// Permission to send one message to a chat, to be used at once.
pub struct SendPermit(());

impl From<ChatTarget> for Address {
    fn from(to: ChatTarget) -> Self {
        Self { to, reply_to: None }
    }
}

impl Telegram {
    pub fn new(bot: Bot, rates: &Rates, metrics: Arc<Metrics>) -> Self {
        Self {
            bot,
            budget: Budget::new(rates),
            metrics,
            quiet: Mutex::default(),
            newest: Mutex::default(),
            is_back: AtomicBool::new(false),
            back: Notify::new(),
        }
    }

    pub async fn set_commands(&self, commands: Vec<BotCommand>) -> Result<(), Failure> {
        self.budget.call().await;
        self.call(self.bot.set_my_commands(commands).into_future())
            .await
            .map(drop)
    }

    /// Deletes the command list for these chats, people or language, if there is one.
    pub async fn delete_commands(
        &self,
        scope: BotCommandScope,
        language: &str,
    ) -> Result<(), Failure> {
        self.budget.call().await;
        let request = self.bot.delete_my_commands().scope(scope);
        let request = if language.is_empty() {
            request
        } else {
            request.language_code(language)
        };
        self.call(request.into_future()).await.map(drop)
    }

    /// Removes the webhook, which would keep updates from being fetched.
    pub async fn delete_webhook(&self) -> Result<(), Failure> {
        self.budget.call().await;
        self.call(self.bot.delete_webhook().into_future())
            .await
            .map(drop)
    }

    /// Tells if this stranger gets another refusal.
    pub fn may_refuse(&self, user: i64) -> bool {
        self.budget.refusal(user)
    }

    /// Ends the spinner on a pressed button. It is fine if the press is too old.
    pub async fn answer(
        &self,
        chat: i64,
        query: CallbackQueryId,
        text: &str,
    ) -> Result<(), Failure> {
        self.budget.answer(chat).await;
        let request = self.bot.answer_callback_query(query);
        let request = if text.is_empty() {
            request
        } else {
            request.text(text)
        };
        match self.call(request.into_future()).await {
            Ok(_) | Err(Failure::StaleQuery) => Ok(()),
            Err(failure) => {
                self.heed(chat, &failure);
                Err(failure)
            }
        }
    }

    /// Shows "typing…"; failures do not matter.
    pub async fn typing(&self, to: ChatTarget) {
        self.budget.call().await;
        let _ = self
            .call(
                self.bot
                    .send_chat_action(ChatId(to.chat_id), ChatAction::Typing)
                    .into_future(),
            )
            .await;
    }

    /// Waits for the chat's budget. If that takes long, the caller gets an error and tries again later, without holding
    /// a lease meanwhile. Telegram may have asked for silence in the chat while this waited.
    pub async fn permit_for(&self, chat: i64) -> Result<SendPermit, Failure> {
        self.may_write_now(chat)?;
        tokio::time::timeout(BUDGET_PATIENCE, self.budget.message(chat))
            .await
            .map_err(|_| Failure::RetryAfter(COME_BACK))?;
        self.may_write_now(chat)?;
        Ok(SendPermit(()))
    }

    async fn call<T>(
        &self,
        request: impl Future<Output = Result<T, RequestError>>,
    ) -> Result<T, Failure> {
        let outcome = match tokio::time::timeout(CALL_TIMEOUT, request).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Failure::from(&error)),
            Err(_) => Err(Failure::Timeout),
        };
        let failure = outcome.as_ref().err();
        let label = failure.map_or("ok", Failure::label);
        self.metrics
            .telegram_requests_total
            .with_label_values(&[label])
            .inc();
        self.note(failure);
        outcome
    }
}
