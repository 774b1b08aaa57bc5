//! Fetching the updates: by one instance at a time, patiently when Telegram is away.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use teloxide::{
    RequestError,
    dispatching::{Dispatcher, ShutdownToken},
    dptree,
    error_handlers::ErrorHandler,
    types::BotCommand,
    update_listeners::Polling,
};

use super::{buttons::proposal, commands::COMMANDS, schema};
use crate::{context::Context, domain::backoff, telegram::Failure};

/// Telegram lets one poller a token; the lease decides which instance it is.
const LEASE: &str = "poller";
const LEASE_FOR: chrono::Duration = chrono::Duration::seconds(30);
/// How often the holder renews the lease, and the others ask for it.
const RENEW_EVERY: Duration = Duration::from_secs(10);
const LONG_POLL: Duration = Duration::from_secs(10);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LONGEST: Duration = Duration::from_secs(60);
/// How often proposals are looked through for those whose time is up.
const EXPIRE_EVERY: Duration = Duration::from_secs(15);

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
            RENEW_EVERY
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
        .acquire_lease(LEASE, holder, now, now + LEASE_FOR)
        .await
        .unwrap_or(true)
}

async fn dispatch(cx: &Arc<Context>, holder: &str) -> Result<(), Failure> {
    cx.telegram.me().await?;
    cx.telegram.delete_webhook().await?;
    cx.telegram
        .set_commands(
            COMMANDS
                .iter()
                .map(|command| BotCommand::new(command.name, command.about))
                .collect(),
        )
        .await?;
    let bot = cx.telegram.bot();
    let mut dispatcher = Dispatcher::builder(bot.clone(), schema())
        .dependencies(dptree::deps![Arc::clone(cx)])
        // A long answer to one must not keep the next one waiting.
        .distribution_function(|_| None::<()>)
        .default_handler(|_| async {})
        .build();
    let listener = Polling::builder(bot).timeout(LONG_POLL).build();
    let errors = Arc::new(CountErrors(Arc::clone(cx)));
    let stopping = stop_when_due(cx, holder, dispatcher.shutdown_token());
    let (outcome, ()) = tokio::join!(
        dispatcher.try_dispatch_with_listener(listener, errors),
        stopping
    );
    outcome.map_err(|error| Failure::from(&error))
}

/// Keeps house while updates are fetched; ends the fetching when the process stops or the lease is lost.
async fn stop_when_due(cx: &Context, holder: &str, dispatching: ShutdownToken) {
    let mut renew = tokio::time::interval(RENEW_EVERY);
    let mut expire = tokio::time::interval(EXPIRE_EVERY);
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => break,
            _ = renew.tick() => {
                if !holds_lease(cx, holder).await {
                    tracing::warn!("another instance answers the commands now");
                    break;
                }
            }
            _ = expire.tick() => {
                if let Err(error) = proposal::expire_proposals(cx).await {
                    tracing::warn!(%error, "expired proposals stay open for now");
                }
            }
        }
    }
    // Fails only when nothing is being dispatched.
    if let Ok(done) = dispatching.shutdown() {
        done.await;
    }
}

fn count_failure(cx: &Context, failure: &Failure) {
    cx.metrics
        .telegram_polling_errors_total
        .with_label_values(&[failure.label()])
        .inc();
    tracing::warn!(%failure, "commands and presses cannot be fetched");
}

struct CountErrors(Arc<Context>);

impl ErrorHandler<RequestError> for CountErrors {
    fn handle_error(self: Arc<Self>, error: RequestError) -> BoxFuture<'static, ()> {
        let failure = Failure::from(&error);
        self.0
            .metrics
            .telegram_up
            .set(i64::from(failure.was_answered()));
        count_failure(&self.0, &failure);
        Box::pin(async {})
    }
}
