//! From a check to the chats: incidents, notifications, and the way round a database that is down.

use crate::{
    actions,
    context::Context,
    db::{Closing, Notify},
    domain::{Check, Decision, Reason, Suppression},
    memory::SentAlert,
    telegram::Address,
    views::{self, Message},
};

/// What became of a check that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The chats are told; the alert's row, unless the database could not be written to.
    Notified {
        reason: Reason,
        alert_id: Option<i64>,
    },
    /// A new fault that is too slight for the chats.
    Withheld,
    Quiet,
}

impl Taken {
    /// Whether an action is to run on its own: once for a fault, and again when it gets worse. A detector that could
    /// not look has found nothing that an action could remedy.
    pub fn wants_remediation(self, check: &Check) -> bool {
        let is_news = match self {
            Self::Notified { reason, .. } => !matches!(reason, Reason::Reminder { .. }),
            Self::Withheld => true,
            Self::Quiet => false,
        };
        is_news && check.standing.is_some()
    }

    pub fn alert_id(self) -> Option<i64> {
        match self {
            Self::Notified { alert_id, .. } => alert_id,
            Self::Withheld | Self::Quiet => None,
        }
    }
}

/// Takes in a finished check: its incidents open, repeat or close, and the chats are told when there is a reason.
pub async fn take(cx: &Context, check: &Check) -> Taken {
    match take_into_database(cx, check).await {
        Ok(taken) => taken,
        Err(error) => {
            tracing::error!(%error, source = check.source, "a check cannot be written down");
            if check.failed() {
                send_without_database(cx, check).await
            } else {
                Taken::Quiet
            }
        }
    }
}

async fn take_into_database(cx: &Context, check: &Check) -> sqlx::Result<Taken> {
    let settings = cx.settings.get();
    let now = cx.clock.now();
    let closing = Closing {
        after_passes: i64::from(settings.resolve_after_passes),
        recipients: &settings.alert_chats,
        draft: |incident| views::resolved(incident).into(),
    };
    for incident in cx.db.settle(check, now, &closing).await? {
        tracing::info!(source = check.source, fingerprint = %incident.fingerprint, "an incident closed");
        cx.memory.close(&incident.fingerprint);
        cx.mail.notify_one();
    }
    if !check.failed() {
        return Ok(Taken::Quiet);
    }
    let notify = Notify {
        policy: &settings.notice_policy(),
        recipients: &settings.alert_chats,
        draft: |reason, occurrences| alert(cx, check, reason, Some(occurrences)).into(),
    };
    let raised = cx.db.raise(check, now, &notify).await?;
    cx.memory.learn(&check.fingerprint, raised.track);
    Ok(match raised.decision {
        Decision::Notify(reason) => {
            log_notice(check, reason);
            cx.mail.notify_one();
            Taken::Notified {
                reason,
                alert_id: raised.alert_id,
            }
        }
        Decision::Suppress(Suppression::BelowMinimum) if raised.occurrences == 1 => Taken::Withheld,
        Decision::Suppress(suppression) => {
            suppressed(cx, check, suppression);
            Taken::Quiet
        }
    })
}

fn alert(cx: &Context, check: &Check, reason: Reason, occurrences: Option<i64>) -> Message {
    let mapped = actions::mapped_to(check.source).is_some();
    let can_remediate = mapped && cx.settings.get().remediation_enabled;
    views::alert(check, reason, occurrences, can_remediate)
}

fn log_notice(check: &Check, reason: Reason) {
    tracing::warn!(
        source = check.source,
        severity = %check.severity,
        reason = reason.as_str(),
        text = check.message,
        "alert"
    );
}

fn suppressed(cx: &Context, check: &Check, suppression: Suppression) {
    if let Suppression::Repeated { .. } = suppression {
        cx.metrics
            .alerts_deduplicated_total
            .with_label_values(&[check.source])
            .inc();
    }
}

/// The database cannot take the alert, so it goes out at once, and is recorded when the database is back.
async fn send_without_database(cx: &Context, check: &Check) -> Taken {
    let settings = cx.settings.get();
    let now = cx.clock.now();
    let (decision, before) = cx.memory.decide(check, now, &settings.notice_policy());
    let reason = match decision {
        Decision::Notify(reason) => reason,
        Decision::Suppress(suppression) => {
            suppressed(cx, check, suppression);
            return Taken::Quiet;
        }
    };
    log_notice(check, reason);
    let message = alert(cx, check, reason, None);
    let sends = settings.alert_chats.iter().map(|chat| {
        let message = &message;
        async move {
            (
                *chat,
                cx.telegram
                    .reply(Address::from(*chat), message)
                    .await
                    .is_ok(),
            )
        }
    });
    let (reached, unreached): (Vec<_>, Vec<_>) = futures::future::join_all(sends)
        .await
        .into_iter()
        .partition(|(_, arrived)| *arrived);
    if reached.is_empty() && !unreached.is_empty() {
        tracing::error!(
            source = check.source,
            "an alert reached nobody; the next sweep tries again"
        );
        cx.memory.learn(&check.fingerprint, before);
        return Taken::Quiet;
    }
    if !reached.is_empty() {
        cx.metrics
            .alerts_total
            .with_label_values(&[check.source, check.severity.as_str()])
            .inc();
    }
    let chats: Vec<String> = reached
        .iter()
        .map(|(chat, _)| chat.chat_id.to_string())
        .collect();
    cx.memory.keep(SentAlert {
        check: check.clone(),
        at: now,
        chats: chats.join(","),
        unreached: unreached.into_iter().map(|(chat, _)| chat).collect(),
        message,
    });
    Taken::Notified {
        reason,
        alert_id: None,
    }
}

/// Writes down what went out while that was not possible, oldest first, until that fails again.
pub async fn record_unrecorded(cx: &Context) {
    let mut unrecorded = cx.memory.take_unrecorded().into_iter();
    while let Some(alert) = unrecorded.next() {
        let SentAlert {
            check,
            at,
            chats,
            unreached,
            message,
        } = &alert;
        let passed_on = (unreached.as_slice(), &message.clone().into());
        if let Err(error) = cx.db.record_told(check, *at, chats, passed_on).await {
            tracing::warn!(%error, "alerts still cannot be recorded");
            cx.memory.keep(alert);
            unrecorded.by_ref().for_each(|later| cx.memory.keep(later));
        } else {
            cx.mail.notify_one();
        }
    }
}
