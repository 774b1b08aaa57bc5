//! Alerting while the database is down: alerts are decided from memory, sent at once, and recorded when it is back.

use super::noting::{count_suppressed, log_notice};
use crate::{
    actions,
    context::Context,
    domain::{Audience, ChatTarget, Check, Decision, Incident},
    incidents::{self, Reached, SentAlert, Taken},
    telegram::{Address, Arrival},
    views::{
        self, Message,
        incident::{Card, Reader},
    },
};

/// Takes in a check that the database cannot take: an alert goes out at once, and is recorded when the database is back.
pub async fn take(cx: &Context, check: &Check, audience: &Audience) -> Taken {
    if !check.failed() {
        return Taken::Quiet;
    }
    let now = cx.clock.now();
    let verdict = cx.memory.decide(check, now, audience);
    let reason = match verdict.decision {
        Decision::Notify(reason) => reason,
        Decision::Suppress(suppression) => {
            count_suppressed(cx, &verdict.incident, suppression);
            return Taken::Quiet;
        }
        Decision::Accept | Decision::Refuse(_) => return Taken::Quiet,
    };
    log_notice(&verdict.incident, reason);
    let silent = !audience.loudness.is_loud(check.severity, reason);
    let message = unrecorded(cx, &verdict.incident, silent);
    let (reached, unreached) = send_at_once(cx, &audience.chats, &message).await;
    if reached.is_empty() && !unreached.is_empty() {
        tracing::error!(
            source = &*check.source,
            "an alert reached nobody; the next sweep tries again"
        );
        cx.memory.take_back(verdict);
        return Taken::Quiet;
    }
    if !reached.is_empty() {
        cx.metrics
            .alerts_total
            .with_label_values(&[
                cx.settings.registry().label(&check.source),
                check.severity.as_str(),
            ])
            .inc();
    }
    cx.memory.keep(SentAlert {
        check: check.clone(),
        at: now,
        reached,
        unreached,
        silent,
        life: verdict.incident.life,
    });
    Taken::Notified {
        reason,
        alert_id: None,
    }
}

/// The chats that the message has reached, and those that it has not.
async fn send_at_once(
    cx: &Context,
    chats: &[ChatTarget],
    message: &Message,
) -> (Vec<Reached>, Vec<ChatTarget>) {
    let sends = chats.iter().map(|chat| async move {
        (
            *chat,
            cx.telegram.reply(Address::from(*chat), message).await,
        )
    });
    let mut reached = Vec::new();
    let mut unreached = Vec::new();
    for (chat, sent) in futures::future::join_all(sends).await {
        match sent {
            Ok(Arrival {
                chat_id,
                message_id,
            }) => reached.push(Reached {
                chat,
                chat_id,
                message_id,
            }),
            Err(_) => unreached.push(chat),
        }
    }
    (reached, unreached)
}

fn unrecorded(cx: &Context, incident: &Incident, silent: bool) -> Message {
    let registry = cx.settings.registry();
    let card = Card {
        incident,
        silence: None,
        remedy: None,
        can_remediate: actions::is_offered(&cx.settings.get(), &registry, incident),
        has_runbook: registry.runbook(&incident.source).is_some(),
        // A trend needs the database, which is down.
        trend: None,
        calm_passes: None,
        reader: Reader::default(),
    };
    Message {
        silent,
        ..views::incident::card(&cx.voice(), card)
    }
}

/// Stores alerts that were sent while the database was down, oldest first, until an error. Concurrent callers wait for
/// the end, because an alert that is not stored yet would be sent again.
pub async fn record_unrecorded(cx: &Context) {
    let _alone = cx.memory.recording.lock().await;
    let mut unrecorded = cx.memory.take_unrecorded().into_iter();
    while let Some(alert) = unrecorded.next() {
        match incidents::record(&cx.db, &alert).await {
            Ok(incident) => {
                cx.memory.learn(&incident);
                cx.delivery.mail.notify_one();
            }
            Err(error) => {
                tracing::warn!(%error, "alerts still cannot be recorded");
                cx.memory.keep(alert);
                unrecorded.by_ref().for_each(|later| cx.memory.keep(later));
            }
        }
    }
}
