//! Fetching the updates: by one instance at a time, patiently when Telegram is away.

use std::{
    convert::Infallible,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use teloxide::{
    RequestError,
    dispatching::Dispatcher,
    error_handlers::ErrorHandler,
    types::BotCommand,
    update_listeners::{Polling, UpdateListener},
};

use super::{buttons::proposal, commands::COMMANDS, schema};
use crate::{
    context::Context,
    db::{LEASE_LASTS, LEASE_RENEW_EVERY},
    domain::{Lang, backoff},
    telegram::Failure,
    views,
};

/// Telegram lets one poller a token; the lease decides which instance it is.
pub const LEASE: &str = "poller";
const LONG_POLL: Duration = Duration::from_secs(10);
/// How long commands under way may take once the poller is to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LONGEST: Duration = Duration::from_secs(60);
/// A second poller on the token is told to the chats, and told again after this long.
const TELL_AGAIN_AFTER: Duration = Duration::from_secs(3600);
/// How often proposals are looked through for those whose time is up, and Telegram is asked whether it is back.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// Answers commands and presses until the process is to stop.
pub async fn run(cx: Arc<Context>) {
    let holder = cx.lease_holder();
    let mut failures = 0;
    while !cx.stop.is_cancelled() {
        let wait = if holds_lease(&cx, &holder).await {
            match dispatch(&cx, &holder).await {
                Ok(()) => {
                    failures = 0;
                    RETRY_FIRST
                }
                Err(failure) => {
                    failures += 1;
                    count_failure(&cx, &failure);
                    backoff(failures, RETRY_FIRST, RETRY_LONGEST, fastrand::f64())
                }
            }
        } else {
            LEASE_RENEW_EVERY
        };
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// With the database down there is nobody to ask, and a second poller is the lesser evil than none.
async fn holds_lease(cx: &Context, holder: &str) -> bool {
    let now = cx.clock.now();
    cx.db
        .acquire_lease(LEASE, holder, now, now + LEASE_LASTS)
        .await
        .unwrap_or(true)
}

/// Makes Telegram ready to be asked for updates. Returns the language of the commands it knows now.
async fn prepare(cx: &Context) -> Result<Lang, Failure> {
    cx.telegram.me().await?;
    cx.telegram.delete_webhook().await?;
    announce(cx).await
}

/// The commands that Telegram proposes to whoever types a slash.
async fn announce(cx: &Context) -> Result<Lang, Failure> {
    let voice = cx.voice();
    let commands = COMMANDS
        .iter()
        .map(|command| BotCommand::new(command.name, command.about(&voice)));
    cx.telegram.set_commands(commands.collect()).await?;
    Ok(voice.lang)
}

async fn dispatch(cx: &Arc<Context>, holder: &str) -> Result<(), Failure> {
    let announced = tokio::select! {
        () = cx.stop.cancelled() => return Ok(()),
        prepared = prepare(cx) => prepared?,
    };
    let bot = cx.telegram.bot();
    let mut dispatcher = Dispatcher::builder(bot.clone(), schema())
        .dependencies(dptree::deps![Arc::clone(cx)])
        // A long answer to one must not keep the next one waiting.
        .distribution_function(|_| None::<()>)
        .default_handler(|_| async {})
        .build();
    let mut listener = Polling::builder(bot).timeout(LONG_POLL).build();
    // The dispatcher's own token is not heard before it dispatches, nor while it handles an error.
    let stop = listener.stop_token();
    let token = dispatcher.shutdown_token();
    let errors = Arc::new(CountErrors {
        cx: Arc::clone(cx),
        told: Mutex::default(),
    });
    let mut dispatching = pin!(dispatcher.try_dispatch_with_listener(listener, errors));
    let outcome = tokio::select! {
        outcome = &mut dispatching => outcome,
        () = keep_house(cx, holder, announced) => {
            stop.stop();
            if token.shutdown().is_err() {
                // The dispatcher is still asking Telegram for its name: no update is lost with it.
                return Ok(());
            }
            tokio::time::timeout(STOP_GRACE, dispatching).await.unwrap_or(Ok(()))
        }
    };
    outcome.map_err(|error| Failure::from(&error))
}

/// What is to be done while updates are fetched. Returns when the process stops or the lease is lost; waiting for
/// Telegram must hold up neither.
async fn keep_house(cx: &Context, holder: &str, announced: Lang) {
    tokio::select! {
        () = cx.stop.cancelled() => {}
        () = keep_lease(cx, holder) => tracing::warn!("another instance answers the commands now"),
        never = tidy(cx, announced) => match never {},
    }
}

/// Returns when the lease is lost.
async fn keep_lease(cx: &Context, holder: &str) {
    while holds_lease(cx, holder).await {
        tokio::time::sleep(LEASE_RENEW_EVERY).await;
    }
}

async fn tidy(cx: &Context, mut announced: Lang) -> Infallible {
    loop {
        if cx.settings.get().lang != announced {
            // The settings were read anew. If it fails, the next time will do.
            announced = announce(cx).await.unwrap_or(announced);
        }
        if let Err(error) = proposal::end_proposals(cx).await {
            tracing::warn!(%error, "proposals that are over stay open for now");
        }
        if matches!(cx.telegram.reached(), Some(Err(_))) {
            // The poller says when Telegram is away, not when it is back.
            let _ = cx.telegram.me().await;
        }
        tokio::time::sleep(TIDY_EVERY).await;
    }
}

fn count_failure(cx: &Context, failure: &Failure) {
    cx.metrics
        .telegram_polling_errors_total
        .with_label_values(&[failure.label()])
        .inc();
    tracing::warn!(%failure, "commands and presses cannot be fetched");
}

struct CountErrors {
    cx: Arc<Context>,
    /// When the chats were last told of a second poller. A lock, because the reading decides about the writing.
    told: Mutex<Option<Instant>>,
}

impl CountErrors {
    fn is_news(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let news = told.is_none_or(|at| at.elapsed() > TELL_AGAIN_AFTER);
        if news {
            *told = Some(Instant::now());
        }
        news
    }
}

impl ErrorHandler<RequestError> for CountErrors {
    fn handle_error(self: Arc<Self>, error: RequestError) -> BoxFuture<'static, ()> {
        let failure = Failure::from(&error);
        self.cx.telegram.note(Some(&failure));
        count_failure(&self.cx, &failure);
        if failure != Failure::Conflict || !self.is_news() {
            return Box::pin(async {});
        }
        Box::pin(async move {
            let chats = self.cx.settings.get().alert_chats.clone();
            if let Err(error) = self
                .cx
                .post(&chats, views::second_poller(&self.cx.voice()))
                .await
            {
                tracing::error!(%error, "the chats cannot be told of a second poller");
            }
        })
    }
}
