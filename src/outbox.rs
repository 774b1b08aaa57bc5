//! Delivers what stands in the outbox: in order within a chat, chats apart from each other, again until it arrives.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::task::{self, JoinSet};

use crate::{
    context::Context,
    db::OutboxMessage,
    domain::{ChatTarget, backoff},
    telegram::{Address, Failure},
    views::{self, Message, Voice},
};

/// How long a claimed message is left to its claimer: longer than an attempt can take, budget included.
const LEASE: chrono::Duration = chrono::Duration::seconds(120);
/// How often the outbox is looked at for messages that became due or were written by another instance.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LONGEST: Duration = Duration::from_secs(300);
/// A message that could not be delivered for this long is given up: nobody acts on week-old news.
const EXPIRES_AFTER: chrono::Duration = chrono::Duration::days(7);
/// How long deliveries under way may take once the process is to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

pub async fn run(cx: Arc<Context>) {
    let mut deliveries = Deliveries::default();
    while !cx.stop.is_cancelled() {
        match claim(&cx).await {
            Ok(messages) => deliveries.start(&cx, messages).await,
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = cx.mail.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = deliveries.one_is_done(), if !deliveries.under_way.is_empty() => {}
        }
    }
    let finished = async {
        while !deliveries.under_way.is_empty() {
            deliveries.one_is_done().await;
        }
    };
    if tokio::time::timeout(STOP_GRACE, finished).await.is_err() {
        tracing::warn!("deliveries under way were cut off; they will be repeated");
        deliveries.cut_off(&cx).await;
    }
}

/// The deliveries that this process is at.
#[derive(Default)]
struct Deliveries {
    tasks: JoinSet<()>,
    /// The message that each task delivers.
    under_way: HashMap<task::Id, i64>,
}

impl Deliveries {
    async fn start(&mut self, cx: &Arc<Context>, messages: Vec<OutboxMessage>) {
        for message in messages {
            // A delivery that is long in being recorded outlives its lease.
            if self.under_way.values().any(|id| *id == message.id) {
                give_back(cx, message.id).await;
                continue;
            }
            let (id, cx) = (message.id, Arc::clone(cx));
            let task = self.tasks.spawn(async move { deliver(&cx, message).await });
            self.under_way.insert(task.id(), id);
        }
    }

    async fn one_is_done(&mut self) {
        let done = match self.tasks.join_next_with_id().await {
            Some(Ok((task, ()))) => task,
            Some(Err(error)) => error.id(),
            None => return,
        };
        self.under_way.remove(&done);
    }

    async fn cut_off(mut self, cx: &Context) {
        self.tasks.shutdown().await;
        for id in self.under_way.into_values() {
            give_back(cx, id).await;
        }
    }
}

/// What this process does not deliver need not wait for its lease to run out.
async fn give_back(cx: &Context, id: i64) {
    if let Err(error) = cx.db.release_claim(id).await {
        tracing::warn!(%error, id, "a message waits for its lease to run out");
    }
}

async fn claim(cx: &Context) -> sqlx::Result<Vec<OutboxMessage>> {
    let now = cx.clock.now();
    cx.db.claim_due(now, now + LEASE).await
}

async fn deliver(cx: &Context, message: OutboxMessage) {
    let outcome = if cx.clock.now().since(message.created_at) > EXPIRES_AFTER {
        give_up(cx, &message, "older than a week").await
    } else {
        let to = ChatTarget {
            chat_id: message.chat_id,
            thread_id: message
                .thread_id
                .and_then(|thread| i32::try_from(thread).ok()),
        };
        match cx
            .telegram
            .send(
                Address {
                    to,
                    reply_to: tied_to(cx, &message).await,
                },
                &content(&message),
            )
            .await
        {
            Ok(sent) => record_sent(cx, &message, sent).await,
            Err(failure) => handle(cx, &message, failure).await,
        }
    };
    if let Err(error) = outcome {
        // The lease runs out and the message is tried again.
        tracing::error!(%error, id = message.id, "a delivery's outcome cannot be recorded");
    }
}

fn content(message: &OutboxMessage) -> Message {
    Message {
        html: message.html.clone(),
        // Buttons that an earlier version wrote in another form are no reason to lose the message.
        buttons: serde_json::from_str(&message.buttons).unwrap_or_default(),
        silent: message.silent,
    }
}

/// The message that told of the same incident first; a later one is better untied than lost.
async fn tied_to(cx: &Context, message: &OutboxMessage) -> Option<i32> {
    message.incident_id?;
    let first = cx.db.first_message(message).await;
    first.ok().flatten().and_then(|id| i32::try_from(id).ok())
}

/// A delivery that is not recorded would be repeated, so a busy database is asked until it has time.
async fn record_sent(cx: &Context, message: &OutboxMessage, message_id: i32) -> sqlx::Result<()> {
    let mut attempt = 1;
    let first = loop {
        let recorded = cx
            .db
            .mark_sent(message, i64::from(message_id), cx.clock.now())
            .await;
        match recorded {
            Ok(first) => break first,
            Err(error) if cx.stop.is_cancelled() => return Err(error),
            Err(error) => tracing::warn!(%error, id = message.id, "recording a delivery again"),
        }
        tokio::select! {
            () = cx.stop.cancelled() => {}
            () = tokio::time::sleep(backoff(attempt, RETRY_FIRST, RETRY_LONGEST, fastrand::f64())) => {}
        }
        attempt += 1;
    };
    if let Some(alert) = first {
        cx.metrics
            .alerts_total
            .with_label_values(&[alert.source.as_str(), alert.severity.as_str()])
            .inc();
    }
    Ok(())
}

async fn handle(cx: &Context, message: &OutboxMessage, failure: Failure) -> sqlx::Result<()> {
    let chat = message.chat_id;
    let text = failure.to_string();
    tracing::warn!(
        chat,
        id = message.id,
        attempt = message.attempts,
        failure = text,
        "a delivery failed"
    );
    match failure {
        Failure::RetryAfter(wait) => retry(cx, message, wait, &text).await,
        Failure::Moved(to) => cx.db.move_chat(chat, to).await,
        Failure::Lost(reason) => lose(cx, message, reason).await,
        Failure::NoThread => leave_thread(cx, message, views::lost_thread).await,
        Failure::ThreadClosed => leave_thread(cx, message, views::closed_thread).await,
        Failure::Token
        | Failure::Conflict
        | Failure::Server
        | Failure::Garbled
        | Failure::Timeout
        | Failure::Unreachable => {
            let attempts = u32::try_from(message.attempts).unwrap_or(u32::MAX);
            retry(
                cx,
                message,
                backoff(attempts, RETRY_FIRST, RETRY_LONGEST, fastrand::f64()),
                &text,
            )
            .await
        }
        Failure::Markup
        | Failure::Unchanged
        | Failure::NoMessage
        | Failure::StaleQuery
        | Failure::Refused(_) => give_up(cx, message, &text).await,
    }
}

/// The message goes to the general topic instead, and says why.
async fn leave_thread(
    cx: &Context,
    message: &OutboxMessage,
    explain: fn(&Voice, &str) -> String,
) -> sqlx::Result<()> {
    cx.db
        .leave_thread(message.id, &explain(&cx.voice(), &message.html))
        .await
}

async fn retry(
    cx: &Context,
    message: &OutboxMessage,
    wait: Duration,
    why: &str,
) -> sqlx::Result<()> {
    let wait = chrono::Duration::from_std(wait).unwrap_or(EXPIRES_AFTER);
    cx.db
        .mark_failed(message.id, cx.clock.now() + wait, why)
        .await
}

async fn give_up(cx: &Context, message: &OutboxMessage, why: &str) -> sqlx::Result<()> {
    tracing::error!(
        chat = message.chat_id,
        id = message.id,
        why,
        "a message was given up"
    );
    cx.metrics.outbox_expired_total.inc();
    cx.db.mark_dead(message.id, why).await
}

/// Stops writing to a chat that cannot be reached, and tells the others.
async fn lose(cx: &Context, message: &OutboxMessage, reason: &str) -> sqlx::Result<()> {
    let chat = message.chat_id;
    let is_news = cx.db.bury_chat(chat, reason, cx.clock.now()).await?;
    let dropped = cx.db.drop_pending(chat, reason).await?;
    cx.metrics.outbox_expired_total.inc_by(dropped);
    if is_news {
        tracing::error!(chat, reason, dropped, "a chat is lost");
        let settings = cx.settings.get();
        let mut others = settings.alert_chats.clone();
        others.extend(settings.manager_chat);
        others.retain(|other| other.chat_id != chat);
        others.sort_unstable();
        others.dedup();
        cx.post(&others, views::lost_chat(&cx.voice(), chat, reason))
            .await?;
    }
    Ok(())
}
