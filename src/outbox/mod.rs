//! Delivers the outbox: in order within a chat, chats independently, retrying until each message arrives.

mod compose;
mod failing;
mod lost;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{self, JoinSet};

pub use self::{
    compose::card,
    lost::{knock, membership, try_lost_chats},
};
use self::{
    compose::compose,
    failing::{give_up, handle, tell_the_others},
};
use crate::{
    context::Context,
    db::{Claim, LEASE_RENEW_EVERY, OutboxMessage},
    domain::{ChatTarget, backoff},
    telegram::{Address, Failure},
    views::{self, Message},
    watchdog::PeriodicTask,
};

/// How long a claimed message counts as being delivered: longer than an attempt can take, budget included.
const ON_ITS_WAY: chrono::Duration = chrono::Duration::seconds(120);
/// How often the outbox is looked at for messages that became due or were written by another instance.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LONGEST: Duration = Duration::from_secs(300);
/// A message that could not be delivered for this long is dropped: nobody acts on week-old news.
const EXPIRES_AFTER: chrono::Duration = chrono::Duration::days(7);
/// How long deliveries under way may take once the process is to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

pub async fn run(cx: Arc<Context>) {
    let mut deliveries = Deliveries::default();
    while !cx.stop.is_cancelled() {
        cx.round_completed(PeriodicTask::Outbox);
        wake(&cx).await;
        deliveries.keep_lease(&cx).await;
        match claim(&cx, &deliveries.ids()).await {
            Ok(messages) => deliveries.start(&cx, messages),
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = cx.delivery.mail.notified() => {}
            () = cx.telegram.returned() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = deliveries.some_are_done(), if !deliveries.under_way.is_empty() => {}
        }
    }
    let finished = async {
        while !deliveries.under_way.is_empty() {
            deliveries.some_are_done().await;
        }
    };
    if tokio::time::timeout(STOP_GRACE, finished).await.is_err() {
        tracing::warn!("deliveries under way were cut off; they will be repeated");
        deliveries.cut_off(&cx).await;
    }
}

/// The deliveries in progress in this process.
#[derive(Default)]
struct Deliveries {
    tasks: JoinSet<()>,
    /// The message that each task delivers.
    under_way: HashMap<task::Id, i64>,
}

impl Deliveries {
    fn ids(&self) -> Vec<i64> {
        self.under_way.values().copied().collect()
    }

    /// Otherwise another process would take the messages over.
    async fn keep_lease(&self, cx: &Context) {
        let asked = Instant::now();
        if self.under_way.is_empty() || cx.delivery.lease.is_fresh(asked, LEASE_RENEW_EVERY) {
            return;
        }
        let (holder, now) = (cx.standing_holder(), cx.clock.now());
        match cx.db.go_on_delivering(&holder, now).await {
            Ok(true) => cx.delivery.lease.renew(asked),
            Ok(false) => cx.delivery.lease.lose(),
            Err(error) => tracing::warn!(%error, "the deliveries' lease cannot be renewed"),
        }
    }

    fn start(&mut self, cx: &Arc<Context>, messages: Vec<OutboxMessage>) {
        for message in messages {
            let (id, cx) = (message.id, Arc::clone(cx));
            let task = self.tasks.spawn(async move { deliver(&cx, message).await });
            self.under_way.insert(task.id(), id);
        }
    }

    /// Waits for a delivery and collects all that are done by then, because each look for more is a query.
    async fn some_are_done(&mut self) {
        let mut next = self.tasks.join_next_with_id().await;
        while let Some(done) = next {
            let task = done.map_or_else(|error| error.id(), |(task, ())| task);
            self.under_way.remove(&task);
            next = self.tasks.try_join_next_with_id();
        }
    }

    async fn cut_off(mut self, cx: &Context) {
        self.tasks.shutdown().await;
        for id in self.under_way.into_values() {
            give_back(cx, id).await;
        }
    }
}

/// Releases a claimed message at once, instead of letting its lease expire.
async fn give_back(cx: &Context, id: i64) {
    if let Err(error) = cx.db.release_claim(id, &cx.standing_holder()).await {
        tracing::warn!(%error, id, "a message waits for its lease to run out");
    }
}

/// `at` are the messages being delivered.
async fn claim(cx: &Context, at: &[i64]) -> sqlx::Result<Vec<OutboxMessage>> {
    let (asked, now) = (Instant::now(), cx.clock.now());
    let claimed = cx
        .db
        .claim_due(&cx.standing_holder(), at, now, now + ON_ITS_WAY)
        .await?;
    Ok(match claimed {
        Claim::Nothing => Vec::new(),
        Claim::Messages(messages) => {
            cx.delivery.lease.renew(asked);
            messages
        }
    })
}

/// Checked right before sending: while this process waited or was suspended, another may have taken the message over.
async fn is_ours(cx: &Context, message: &OutboxMessage) -> sqlx::Result<bool> {
    if cx.delivery.lease.is_valid(Instant::now()) {
        return Ok(true);
    }
    let ours = cx
        .db
        .is_claimed_by(message.id, &cx.standing_holder())
        .await?;
    if !ours {
        tracing::warn!(id = message.id, "another process delivers this message now");
    }
    Ok(ours)
}

/// Ends the waits of messages that failed because Telegram was away.
async fn wake(cx: &Context) {
    if !cx.telegram.has_returned() {
        return;
    }
    match cx.db.wake_stalled(cx.clock.now()).await {
        Ok(0) => {}
        Ok(messages) => tracing::info!(
            messages,
            "Telegram answers again: what waited for it is tried at once"
        ),
        Err(error) => tracing::warn!(%error, "messages wait for their next attempt"),
    }
}

async fn deliver(cx: &Context, message: OutboxMessage) {
    if let Err(error) = try_deliver(cx, &message).await {
        // The next look claims it again.
        tracing::error!(%error, id = message.id, "a delivery cannot be prepared, or its outcome not recorded");
    }
}

async fn try_deliver(cx: &Context, message: &OutboxMessage) -> sqlx::Result<()> {
    if cx.clock.now().since(message.pending_since) > EXPIRES_AFTER {
        return give_up(cx, message, "older than a week").await;
    }
    let Some(said) = compose(cx, message).await? else {
        return cx.db.mark_obsolete(message.id).await;
    };
    match hand_over(cx, message, &said).await? {
        Some(Ok(id)) => record_sent(cx, message, id).await,
        Some(Err(failure)) if is_ours(cx, message).await? => handle(cx, message, failure).await,
        Some(Err(_)) | None => Ok(()),
    }
}

/// The message's id in the chat; `None` if another process delivers it now.
async fn hand_over(
    cx: &Context,
    message: &OutboxMessage,
    said: &Message,
) -> sqlx::Result<Option<Result<i32, Failure>>> {
    let chat = message.chat_id;
    let address = address(cx, message).await;
    let permit = match cx.telegram.permit_for(chat).await {
        Ok(permit) => permit,
        Err(failure) => return Ok(Some(Err(failure))),
    };
    if !is_ours(cx, message).await? {
        return Ok(None);
    }
    let delivered = match message.message_id.and_then(|id| i32::try_from(id).ok()) {
        Some(id) => {
            let edited = cx.telegram.edit_once(permit, chat, id, said).await;
            edited.map(|()| id)
        }
        None => cx.telegram.send(permit, address, said).await,
    };
    Ok(Some(delivered))
}

async fn address(cx: &Context, message: &OutboxMessage) -> Address {
    Address {
        to: place(message),
        reply_to: tied_to(cx, message).await,
    }
}

fn place(message: &OutboxMessage) -> ChatTarget {
    let thread = message.thread_id.filter(|_| message.topic_lost.is_none());
    ChatTarget {
        chat_id: message.chat_id,
        thread_id: thread.and_then(|thread| i32::try_from(thread).ok()),
    }
}

/// The message to reply to. If it is unknown, the notice is sent without a reply.
async fn tied_to(cx: &Context, message: &OutboxMessage) -> Option<i32> {
    message.subject()?;
    let first = cx.db.first_message(message).await;
    first.ok().flatten().and_then(|id| i32::try_from(id).ok())
}

/// Retries while the database is busy, because an unrecorded delivery would be repeated.
async fn record_sent(cx: &Context, message: &OutboxMessage, message_id: i32) -> sqlx::Result<()> {
    let mut attempt = 1;
    let delivered = loop {
        let recorded = cx
            .db
            .mark_sent(message, i64::from(message_id), cx.clock.now())
            .await;
        match recorded {
            Ok(delivered) => break delivered,
            Err(error) if cx.stop.is_cancelled() => return Err(error),
            Err(error) => tracing::warn!(%error, id = message.id, "recording a delivery again"),
        }
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(backoff(attempt, RETRY_FIRST, RETRY_LONGEST, fastrand::f64())) => {}
        }
        attempt += 1;
    };
    let registry = cx.settings.registry();
    for alert in delivered.first {
        cx.metrics
            .alerts_total
            .with_label_values(&[registry.label(&alert.source), alert.severity.as_str()])
            .inc();
    }
    if delivered.chat_is_back {
        tracing::info!(chat = message.chat_id, "a chat can be reached again");
        let said = views::chat_is_back(&cx.voice(), message.chat_id);
        tell_the_others(cx, message.chat_id, said).await?;
    }
    Ok(())
}
