//! Decides how to continue after a failed delivery.

use std::time::Duration;

use super::{EXPIRES_AFTER, RETRY_FIRST, RETRY_LONGEST};
use crate::{
    context::Context,
    db::{OutboxMessage, Subject, TopicLost},
    domain::{Blame, DeliveryProblem, Rejection, backoff, blame, wait_of_lost},
    telegram::Failure,
    views::{self, Message},
};

/// The first interval between attempts of a message that Telegram rejects with an unknown error.
const REFUSED_FIRST: Duration = Duration::from_secs(5);
const REFUSED_LONGEST: Duration = Duration::from_secs(60);

pub(super) async fn handle(
    cx: &Context,
    message: &OutboxMessage,
    failure: Failure,
) -> sqlx::Result<()> {
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
        Failure::RetryAfter(wait) => {
            let wait = chrono::Duration::from_std(wait).unwrap_or(EXPIRES_AFTER);
            let next = cx.clock.now() + wait;
            cx.db.mark_failed(message.id, next, &text).await
        }
        Failure::Moved(to) => cx.db.move_chat(chat, to, cx.clock.now()).await,
        Failure::Lost(problem) => lose(cx, chat, &Rejection::Known(problem)).await,
        Failure::NoThread if !leaves_a_topic(message) => {
            no_topic_left(cx, message, DeliveryProblem::NoTopic).await
        }
        Failure::ThreadClosed if !leaves_a_topic(message) => {
            no_topic_left(cx, message, DeliveryProblem::TopicClosed).await
        }
        Failure::NoThread => cx.db.leave_topic(message.id, TopicLost::Gone).await,
        Failure::ThreadClosed => cx.db.leave_topic(message.id, TopicLost::Closed).await,
        // The message was deleted, so it is not updated any more.
        Failure::NoMessage => cx.db.mark_dead(message.id, &text).await,
        Failure::Token
        | Failure::Conflict
        | Failure::Server
        | Failure::Garbled
        | Failure::Timeout
        | Failure::Unreachable => stall(cx, message, &text).await,
        Failure::Markup => refuse_known(cx, message, DeliveryProblem::Markup).await,
        Failure::Picture => refuse_known(cx, message, DeliveryProblem::Picture).await,
        Failure::Unchanged => refuse_known(cx, message, DeliveryProblem::Unchanged).await,
        Failure::StaleQuery => refuse_known(cx, message, DeliveryProblem::StaleQuery).await,
        Failure::NoReply => refuse_known(cx, message, DeliveryProblem::NoReply).await,
        Failure::Refused(words) => refuse(cx, message, &Rejection::Unknown(words)).await,
    }
}

/// Tells if the general topic has not been tried yet.
fn leaves_a_topic(message: &OutboxMessage) -> bool {
    message.thread_id.is_some() && message.topic_lost.is_none()
}

/// The general topic cannot be written to either. Other topics of the chat may still work, so the chat is not marked as
/// lost; the other chats are notified once.
async fn no_topic_left(
    cx: &Context,
    message: &OutboxMessage,
    problem: DeliveryProblem,
) -> sqlx::Result<()> {
    let why = Rejection::Known(problem);
    if cx.db.note_trouble(message.chat_id, &why).await? {
        let said = views::no_topic(&cx.voice(), message.chat_id);
        tell_the_others(cx, message.chat_id, said).await?;
    }
    refuse(cx, message, &why).await
}

async fn stall(cx: &Context, message: &OutboxMessage, why: &str) -> sqlx::Result<()> {
    let next = cx.clock.now() + pause(message.stalls + 1, RETRY_FIRST, RETRY_LONGEST);
    cx.db.mark_stalled(message.id, next, why).await
}

async fn refuse_known(
    cx: &Context,
    message: &OutboxMessage,
    problem: DeliveryProblem,
) -> sqlx::Result<()> {
    refuse(cx, message, &Rejection::Known(problem)).await
}

/// Handles an error that names no chat: the other messages of the chat show whether the message or the chat is at fault.
async fn refuse(cx: &Context, message: &OutboxMessage, why: &Rejection) -> sqlx::Result<()> {
    let next = cx.clock.now() + pause(message.attempts, REFUSED_FIRST, REFUSED_LONGEST);
    let text = why.to_string();
    let refusals = cx.db.mark_refused(message, next, &text).await?;
    match blame(refusals) {
        Blame::Nobody => Ok(()),
        Blame::NobodyYet => mention(cx, message, why).await,
        // An existing message can stay as it is.
        Blame::Chat if message.message_id.is_none() => lose(cx, message.chat_id, why).await,
        Blame::Message { mentioned: true } => give_up(cx, message, &text).await,
        Blame::Chat | Blame::Message { mentioned: false } => {
            give_up(cx, message, &text).await?;
            mention(cx, message, why).await
        }
    }
}

fn pause(attempts: i64, first: Duration, longest: Duration) -> chrono::Duration {
    let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
    let wait = backoff(attempts, first, longest, fastrand::f64());
    chrono::Duration::from_std(wait).unwrap_or(EXPIRES_AFTER)
}

pub(super) async fn give_up(cx: &Context, message: &OutboxMessage, why: &str) -> sqlx::Result<()> {
    tracing::error!(
        chat = message.chat_id,
        id = message.id,
        why,
        "a message was given up"
    );
    cx.metrics.outbox_expired_total.inc();
    cx.db.mark_dead(message.id, why).await
}

/// An alert that Telegram rejects is replaced by a short mention.
async fn mention(cx: &Context, message: &OutboxMessage, why: &Rejection) -> sqlx::Result<()> {
    let Some(subject) = message.unseen() else {
        return Ok(());
    };
    let incident = match subject {
        Subject::Card(incident) => Some(incident),
        Subject::Digest(_) => None,
    };
    let place = super::place(message);
    let said = views::not_taken(&cx.voice(), incident, why);
    cx.post(&[place], said).await.map(drop)
}

/// Marks a chat as lost, and tells the other chats.
pub(super) async fn lose(cx: &Context, chat: i64, reason: &Rejection) -> sqlx::Result<()> {
    let now = cx.clock.now();
    let records = cx.db.chat_records().await?;
    let record = records.iter().find(|record| record.chat_id == chat);
    let tries = record.map_or(0, |record| record.tries_so_far(now));
    let was_on_trial = record.is_some_and(|record| record.on_trial);
    let wait = wait_of_lost(tries);
    let buried = cx.db.bury_chat(chat, reason, tries + 1, wait, now).await?;
    let dropped = cx.db.drop_pending(chat, reason).await?;
    cx.metrics.outbox_expired_total.inc_by(dropped);
    if buried {
        tracing::error!(chat, %reason, dropped, "a chat is lost");
    }
    // A chat that failed its trial is no news.
    if buried && !was_on_trial {
        tell_the_others(cx, chat, views::lost_chat(&cx.voice(), chat, reason)).await?;
    }
    Ok(())
}

pub(super) async fn tell_the_others(cx: &Context, chat: i64, message: Message) -> sqlx::Result<()> {
    let settings = cx.settings.get();
    let mut others = settings.alert_chats.clone();
    others.extend(settings.manager_chat);
    others.retain(|other| other.chat_id != chat);
    others.sort_unstable();
    others.dedup();
    cx.post(&others, message).await.map(drop)
}
