//! From checks to the chats: incidents, notifications, and the way round a database that is down.

use crate::{
    actions,
    context::Context,
    db::is_outage,
    detectors,
    domain::{Audience, ChatTarget, Check, Decision, Incident, Reason, Suppression},
    incidents::{self, Happening, Played, Reached, SentAlert, Told},
    telegram::{Address, Arrival},
    views::{self, Message, incident::Card},
};

/// What became of a fault that was taken in.
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
    /// Whether an action is to run on its own: once for a fault, and again when it gets worse. Nothing is done while
    /// somebody keeps the fault silent: they may be at work on it. A detector that could not look has found nothing that
    /// an action could remedy.
    pub fn wants_remediation(self, check: &Check) -> bool {
        let is_news = match self {
            Self::Notified { reason, .. } => {
                matches!(reason, Reason::Opened | Reason::Worsened { .. })
            }
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

/// Takes in finished checks, all at once: their incidents open, repeat or close, and the chats are told when there is
/// a reason. What became of each of their faults.
pub async fn take<'a>(cx: &Context, checks: &'a [Check]) -> Vec<(&'a Check, Taken)> {
    let audience = cx.settings.get().audience();
    match take_into_database(cx, checks, &audience).await {
        Ok(taken) => taken,
        Err(error) if is_outage(&error) || checks.len() == 1 => {
            tracing::error!(%error, "checks cannot be written down");
            let mut taken = Vec::with_capacity(checks.len());
            for fault in checks.iter().flat_map(Check::faults) {
                taken.push((fault, without_database(cx, fault, &audience).await));
            }
            taken
        }
        // One that cannot be written down must not keep the others back.
        Err(error) => {
            tracing::error!(%error, "checks cannot be written down together");
            let mut taken = Vec::with_capacity(checks.len());
            for check in checks {
                taken.extend(Box::pin(take(cx, std::slice::from_ref(check))).await);
            }
            taken
        }
    }
}

async fn take_into_database<'a>(
    cx: &Context,
    checks: &'a [Check],
    audience: &Audience,
) -> sqlx::Result<Vec<(&'a Check, Taken)>> {
    let happenings: Vec<Happening<'_>> = checks.iter().map(Happening::Check).collect();
    let played = incidents::play(&cx.db, &happenings, audience, cx.clock.now()).await?;
    let faults = checks.iter().flat_map(Check::faults);
    let mut taken: Vec<_> = faults.map(|fault| (fault, Taken::Quiet)).collect();
    for played in &played {
        note(cx, played);
        let fingerprint = &played.incident.fingerprint;
        let fault = taken
            .iter_mut()
            .find(|(fault, _)| fault.failed() && fault.fingerprint == *fingerprint);
        if let Some((_, taken)) = fault
            && played.incident.life.is_open()
        {
            *taken = taken_as(played, *taken);
        }
    }
    cx.delivery.mail.notify_one();
    Ok(taken)
}

fn taken_as(played: &Played, so_far: Taken) -> Taken {
    match played.decision {
        Decision::Notify(reason) => Taken::Notified {
            reason,
            alert_id: played.alert_id,
        },
        Decision::Suppress(Suppression::BelowMinimum)
            if played.incident.life.occurrences == 1 && !played.silenced =>
        {
            Taken::Withheld
        }
        _ => so_far,
    }
}

/// Remembers and logs what became of an incident.
pub fn note(cx: &Context, played: &Played) {
    let incident = &played.incident;
    cx.memory.learn(incident);
    match played.decision {
        Decision::Notify(Reason::Resolved) | Decision::Suppress(Suppression::Untold) => {
            tracing::info!(source = incident.source, fingerprint = %incident.fingerprint, "an incident closed");
        }
        Decision::Notify(reason) => log_notice(incident, reason),
        Decision::Suppress(suppression) => count_suppressed(cx, incident, suppression),
        Decision::Accept | Decision::Refuse(_) => {}
    }
}

fn log_notice(incident: &Incident, reason: Reason) {
    tracing::warn!(
        source = incident.source,
        severity = %incident.life.severity,
        %reason,
        text = incident.message,
        "alert"
    );
}

fn count_suppressed(cx: &Context, incident: &Incident, suppression: Suppression) {
    if let Suppression::Repeated { .. } = suppression {
        cx.metrics
            .alerts_deduplicated_total
            .with_label_values(&[incident.source.as_str()])
            .inc();
    }
}

/// A check that the database cannot take: an alert goes out at once, and is recorded when the database is back.
pub(super) async fn from_memory(cx: &Context, check: &Check) -> Taken {
    without_database(cx, check, &cx.settings.get().audience()).await
}

async fn without_database(cx: &Context, check: &Check, audience: &Audience) -> Taken {
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
            source = check.source,
            "an alert reached nobody; the next sweep tries again"
        );
        cx.memory.take_back(verdict);
        return Taken::Quiet;
    }
    if !reached.is_empty() {
        cx.metrics
            .alerts_total
            .with_label_values(&[check.source, check.severity.as_str()])
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
    let card = Card {
        incident,
        silence: None,
        remedy: None,
        can_remediate: actions::is_offered(&cx.settings.get(), incident),
        has_runbook: detectors::find(&incident.source).is_ok(),
        // It would be drawn from the database, which is down.
        trend: None,
    };
    Message {
        silent,
        ..views::incident::card(&cx.voice(), card)
    }
}

/// Writes down what went out while that was not possible, oldest first, until that fails again. Whoever comes while it is
/// being done waits for its end: what is not on record yet would be told once more.
pub async fn record_unrecorded(cx: &Context) {
    let _alone = cx.memory.recording.lock().await;
    let mut unrecorded = cx.memory.take_unrecorded().into_iter();
    while let Some(alert) = unrecorded.next() {
        let told = Told {
            check: &alert.check,
            at: alert.at,
            reached: &alert.reached,
            unreached: &alert.unreached,
            silent: alert.silent,
            life: &alert.life,
        };
        match incidents::record_told(&cx.db, &told).await {
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
