//! Fetches updates, in one instance at a time, and waits when Telegram is away.

use std::{
    convert::Infallible,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{
    buttons::proposal,
    chats::Chats,
    conflicts::Conflicts,
    menu::{Leftovers, announce},
    router::{Clocks, Router, schema},
};
use crate::{
    context::Context,
    db::{LEASE_LASTS, LEASE_RENEW_EVERY},
    domain::{Lang, Role, backoff},
    outbox,
    telegram::{self, Batch, Failure, UpdateKind},
};

/// Telegram allows one poller per token; the lease decides which instance it is.
pub const LEASE: &str = "poller";
const LONG_POLL: Duration = Duration::from_secs(10);
/// Time limit for confirming handled updates to Telegram.
const SETTLE_WITHIN: Duration = Duration::from_secs(3);
const RETRY_FIRST: Duration = Duration::from_secs(2);
const RETRY_LONGEST: Duration = Duration::from_secs(60);
/// The interval of looking for expired proposals.
const TIDY_EVERY: Duration = Duration::from_secs(10);
/// The kinds of updates that are handled.
const KINDS: [&str; 6] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
];

/// Answers commands and presses until the process stops.
pub async fn run(cx: Arc<Context>) {
    let holder = cx.lease_holder();
    let poller = Poller {
        chats: Chats::new(&cx),
        conflicts: Conflicts::default(),
        leftovers: Arc::default(),
        cx,
    };
    let cx = &poller.cx;
    let mut failures = 0;
    while !cx.stop.is_cancelled() {
        let wait = if holds_lease(cx, &holder).await {
            match poller.serve(&holder).await {
                Ok(()) => {
                    failures = 0;
                    RETRY_FIRST
                }
                Err(failure) => {
                    failures += 1;
                    count_failure(cx, &failure);
                    pause_after(&failure, failures)
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

/// If the database is down the lease cannot be read, and a second poller is better than none.
async fn holds_lease(cx: &Context, holder: &str) -> bool {
    let now = cx.clock.now();
    cx.db
        .acquire_lease(LEASE, holder, now, now + LEASE_LASTS)
        .await
        .unwrap_or(true)
}

struct Poller {
    cx: Arc<Context>,
    chats: Arc<Chats>,
    conflicts: Conflicts,
    leftovers: Arc<Leftovers>,
}

impl Poller {
    /// Returns when the process stops, the lease is lost, or Telegram cannot be prepared.
    async fn serve(&self, holder: &str) -> Result<(), Failure> {
        let cx = &self.cx;
        let (name, announced) = tokio::select! {
            () = cx.stop.cancelled() => return Ok(()),
            prepared = self.prepare() => prepared?,
        };
        let router = Arc::new(Router::new(&name));
        let next = AtomicI64::new(0);
        tokio::select! {
            never = self.poll(&router, &next) => match never {},
            () = self.keep_house(holder, announced) => {}
        }
        self.settle(next.into_inner()).await;
        Ok(())
    }

    /// Prepares Telegram for polling. Returns the bot's name, and the language of the announced commands.
    async fn prepare(&self) -> Result<(String, Lang), Failure> {
        let cx = &self.cx;
        let me = cx.telegram.me().await?;
        self.conflicts.clear(cx).await?;
        let announced = announce(cx).await?;
        Ok((me.username().to_owned(), announced))
    }

    /// Polls for updates. `next` is the first unhandled one.
    async fn poll(&self, router: &Arc<Router>, next: &AtomicI64) -> Infallible {
        let cx = &self.cx;
        let mut failures = 0;
        loop {
            let offset = Some(next.load(Ordering::SeqCst)).filter(|offset| *offset != 0);
            let fetched = cx.telegram.updates(offset, LONG_POLL, Some(&KINDS)).await;
            let failure = match fetched {
                Ok(batch) => {
                    failures = 0;
                    cx.webhooks.gone();
                    self.take_in(batch, router, next).await;
                    continue;
                }
                Err(failure) => failure,
            };
            failures += 1;
            count_failure(cx, &failure);
            if failure == Failure::Conflict {
                match self.conflicts.drive_off(cx).await {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(failure) => {
                        tracing::warn!(%failure, "nobody knows who else gets the updates");
                    }
                }
            }
            tokio::time::sleep(pause_after(&failure, failures)).await;
        }
    }

    async fn take_in(&self, batch: Batch, router: &Arc<Router>, next: &AtomicI64) {
        let clocks = Clocks([batch.sent_at, Some(self.cx.clock.now().utc())]);
        let schema = schema();
        for update in batch.updates {
            self.learn_language(&update.kind);
            self.see_who_lets_it_in(&update.kind);
            let heard = dptree::deps![update.kind, Arc::clone(router), clocks];
            if let ControlFlow::Break(Some(what)) = schema.dispatch(heard).await {
                self.chats.hand(what).await;
            }
            next.store(update.id + 1, Ordering::SeqCst);
        }
    }

    /// Confirms handled updates, so that Telegram does not send them to the next poller.
    async fn settle(&self, next: i64) {
        if next != 0 {
            let settled = self.cx.telegram.updates(Some(next), Duration::ZERO, None);
            if !matches!(
                tokio::time::timeout(SETTLE_WITHIN, settled).await,
                Ok(Ok(_))
            ) {
                tracing::warn!("what was heard last may be heard again after the next start");
            }
        }
    }

    /// Maintenance while updates are fetched. Returns when the process stops or the lease is lost, without waiting for
    /// Telegram.
    async fn keep_house(&self, holder: &str, announced: Lang) {
        tokio::select! {
            () = self.cx.stop.cancelled() => {}
            () = self.keep_lease(holder) => tracing::warn!("another instance answers the commands now"),
            (never, ()) = async { tokio::join!(self.tidy(announced), self.clear_menus()) } => match never {},
        }
    }

    /// Returns when the lease is lost.
    async fn keep_lease(&self, holder: &str) {
        while holds_lease(&self.cx, holder).await {
            tokio::time::sleep(LEASE_RENEW_EVERY).await;
        }
    }

    async fn clear_menus(&self) {
        if let Err(failure) = self.leftovers.clear(&self.cx).await {
            tracing::warn!(%failure, "lists of commands that another program set may be left");
        }
    }

    /// Clears command lists for the language of this user's app, which would hide ours.
    fn learn_language(&self, update: &UpdateKind) {
        let cx = &self.cx;
        let Some(user) = update.from() else { return };
        let Some(language) = user.language_code.clone() else {
            return;
        };
        if cx.settings.get().role(user.id) == Role::Stranger {
            return;
        }
        let (cx, leftovers) = (Arc::clone(cx), Arc::clone(&self.leftovers));
        cx.clone().tasks.spawn(async move {
            if let Err(failure) = leftovers.clear_for(&cx, &language).await {
                tracing::warn!(%failure, "a list of commands in one language may be left");
            }
        });
    }

    /// A message in a chat or a change of the bot's membership may mean that the bot can write there again.
    fn see_who_lets_it_in(&self, update: &UpdateKind) {
        let cx = Arc::clone(&self.cx);
        match update {
            UpdateKind::Membership(membership) => {
                let membership = membership.clone();
                cx.clone()
                    .tasks
                    .spawn(async move { outbox::membership(&cx, &membership).await });
            }
            UpdateKind::Message(telegram::Message { chat, .. })
            | UpdateKind::Press(telegram::Press {
                message: Some(telegram::Message { chat, .. }),
                ..
            }) => {
                let chat = chat.id;
                cx.clone()
                    .tasks
                    .spawn(async move { outbox::knock(&cx, chat).await });
            }
            UpdateKind::Edited(_) | UpdateKind::Press(_) | UpdateKind::Other => {}
        }
    }

    async fn tidy(&self, mut announced: Lang) -> Infallible {
        let cx = &self.cx;
        loop {
            if cx.settings.get().lang != announced {
                // The settings were reloaded. If this fails, the next round tries again.
                announced = announce(cx).await.unwrap_or(announced);
            }
            if let Err(error) = proposal::end_proposals(cx).await {
                tracing::warn!(%error, "proposals that are over stay open for now");
            }
            tokio::time::sleep(TIDY_EVERY).await;
        }
    }
}

fn pause_after(failure: &Failure, failures: u32) -> Duration {
    match failure {
        Failure::RetryAfter(wait) => *wait,
        _ => backoff(failures, RETRY_FIRST, RETRY_LONGEST, fastrand::f64()),
    }
}

fn count_failure(cx: &Context, failure: &Failure) {
    cx.metrics
        .telegram_polling_errors_total
        .with_label_values(&[failure.label()])
        .inc();
    tracing::warn!(%failure, "commands and presses cannot be fetched");
}
