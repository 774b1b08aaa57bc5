//! The one door to Telegram: everything sent goes through here, within the budget, its failures sorted and counted.

mod asking;
mod budget;
mod client;
mod editing;
mod failure;
mod looking;
mod markup;
mod picture;
mod sent;
mod updates;

use std::{
    collections::HashMap,
    future::IntoFuture,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
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
    asking::{ChatInfo, Me, Member},
    client::{bot, server_time},
    failure::{Failure, OUTCOMES},
    sent::Picture,
    updates::{Batch, Chat, Membership, Message, Press, Update, UpdateKind, User},
};
use self::{
    budget::Budget,
    markup::{keyboard, no_preview},
    sent::Sent,
};
use crate::{domain::ChatTarget, metrics::Metrics, settings::Rates, views};

/// The client waits 10 s before it hands over a server error; a call that takes longer than this is lost.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
const BUDGET_PATIENCE: Duration = Duration::from_secs(15);
const COME_BACK: Duration = Duration::from_secs(1);
/// How often an answer to a person is tried: whoever waits longer asks again.
const REPLY_ATTEMPTS: u32 = 3;
/// The longest wait that an answer to a person is worth.
const REPLY_PATIENCE: Duration = Duration::from_secs(10);

pub struct Telegram {
    bot: Bot,
    budget: Budget,
    metrics: Arc<Metrics>,
    /// Until when Telegram asked each chat to be left alone. Shared by the outbox and the answers to commands.
    quiet: Mutex<HashMap<i64, Instant>>,
    /// How the newest call went, and `None` before the first. Whoever asks for readiness is told.
    newest: Mutex<Option<Result<(), Failure>>>,
    /// Tells if it was answered again after it had not been, and whoever waits for that.
    is_back: AtomicBool,
    back: Notify,
}

/// Where a message goes, and what it answers.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    pub to: ChatTarget,
    pub reply_to: Option<i32>,
}

/// Where a message has arrived, which may be the supergroup that the chat it was meant for has become.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub chat_id: i64,
    pub message_id: i32,
}

/// A place in a chat's budget, to be used at once.
pub struct Place(());

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

    /// Takes away the list of commands for these chats, people or language, if there is one.
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

    /// Updates are fetched; a webhook left by somebody would keep them away.
    pub async fn delete_webhook(&self) -> Result<(), Failure> {
        self.budget.call().await;
        self.call(self.bot.delete_webhook().into_future())
            .await
            .map(drop)
    }

    /// One attempt. A message whose markup Telegram cannot read goes as plain text.
    pub async fn send(
        &self,
        place: Place,
        address: Address,
        message: &views::Message,
    ) -> Result<i32, Failure> {
        let sent = self.in_place(place, address, Sent::Text(message)).await;
        sent.map(|arrival| arrival.message_id)
    }

    /// An answer to a person: a few attempts, as long as the wait is bearable, and to wherever the chat has moved.
    pub async fn reply(
        &self,
        address: Address,
        message: &views::Message,
    ) -> Result<Arrival, Failure> {
        self.patiently(address, Sent::Text(message)).await
    }

    async fn once(&self, address: Address, sent: Sent<'_>) -> Result<Arrival, Failure> {
        let place = self.place_in(address.to.chat_id).await?;
        self.in_place(place, address, sent).await
    }

    async fn in_place(
        &self,
        _place: Place,
        address: Address,
        sent: Sent<'_>,
    ) -> Result<Arrival, Failure> {
        let chat = address.to.chat_id;
        let sent = match self.tied_or_not(address, sent, true).await {
            Err(Failure::Markup) => {
                tracing::error!(
                    chat,
                    "Telegram cannot read a message's markup; sending it as plain text"
                );
                self.tied_or_not(address, sent, false).await
            }
            sent => sent,
        };
        let arrival = |message: teloxide::types::Message| Arrival {
            chat_id: chat,
            message_id: message.id.0,
        };
        sent.map(arrival)
            .inspect_err(|failure| self.heed(chat, failure))
    }

    /// Tied to nothing, if what it answers is gone.
    async fn tied_or_not(
        &self,
        address: Address,
        sent: Sent<'_>,
        markup: bool,
    ) -> Result<teloxide::types::Message, Failure> {
        match self.request(address, sent, markup).await {
            Err(Failure::NoReply) if address.reply_to.is_some() => {
                self.request(address.to.into(), sent, markup).await
            }
            sent => sent,
        }
    }

    async fn patiently(&self, mut address: Address, sent: Sent<'_>) -> Result<Arrival, Failure> {
        for _ in 1..REPLY_ATTEMPTS {
            match self.once(address, sent).await {
                Err(Failure::RetryAfter(wait)) if wait <= REPLY_PATIENCE => {
                    tokio::time::sleep(wait).await;
                }
                Err(Failure::Moved(chat)) => address.to.chat_id = chat,
                Err(Failure::NoThread | Failure::ThreadClosed) => address.to.thread_id = None,
                Err(
                    Failure::Server | Failure::Garbled | Failure::Timeout | Failure::Unreachable,
                ) => {}
                done => return done,
            }
        }
        self.once(address, sent).await
    }

    /// Whether a stranger gets an answer yet again.
    pub fn may_refuse(&self, user: i64) -> bool {
        self.budget.refusal(user)
    }

    /// Ends the spinner on a pressed button. A press that is too old is harmless.
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

    /// "typing…" under the chat's name; whether it shows is of no consequence.
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

    /// A place in the chat's budget. Whoever waits for it longer is told to come back, and waits without a lease. By the
    /// time that it is had, Telegram may have asked for the chat to be left alone.
    pub async fn place_in(&self, chat: i64) -> Result<Place, Failure> {
        self.may_write_now(chat)?;
        tokio::time::timeout(BUDGET_PATIENCE, self.budget.message(chat))
            .await
            .map_err(|_| Failure::RetryAfter(COME_BACK))?;
        self.may_write_now(chat)?;
        Ok(Place(()))
    }

    fn may_write_now(&self, chat: i64) -> Result<(), Failure> {
        match self.quiet_for(chat) {
            Some(wait) => Err(Failure::RetryAfter(wait)),
            None => Ok(()),
        }
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

    /// Takes note of how a call went.
    pub fn note(&self, failure: Option<&Failure>) {
        let reached = failure
            .filter(|failure| !failure.was_answered())
            .cloned()
            .map_or(Ok(()), Err);
        self.metrics.telegram_up.set(i64::from(reached.is_ok()));
        let answered = reached.is_ok();
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let before = newest.replace(reached);
        if answered && !matches!(before, Some(Ok(()))) {
            self.is_back.store(true, Ordering::Relaxed);
            self.back.notify_one();
        }
    }

    /// Waits for Telegram to answer after it had not.
    pub async fn returned(&self) {
        self.back.notified().await;
    }

    /// Tells if Telegram has answered, after it had not, since this was asked last.
    pub fn has_returned(&self) -> bool {
        self.is_back.swap(false, Ordering::Relaxed)
    }

    /// Whether Telegram answered the newest call; `None` before the first.
    pub fn reached(&self) -> Option<Result<(), Failure>> {
        self.newest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn heed(&self, chat: i64, failure: &Failure) {
        if let Failure::RetryAfter(wait) = failure {
            let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
            quiet.retain(|_, until| *until > Instant::now());
            let asked = Instant::now() + *wait;
            let until = quiet.entry(chat).or_insert(asked);
            *until = asked.max(*until);
        }
    }

    fn quiet_for(&self, chat: i64) -> Option<Duration> {
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet
            .get(&chat)
            .and_then(|until| until.checked_duration_since(Instant::now()))
    }
}
