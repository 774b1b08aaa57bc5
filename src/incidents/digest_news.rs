//! The news of a digest: many incidents in one message.

use super::{
    board::Slot,
    telling::{show, tell, tell_those_who_know},
};
use crate::{
    db::{News, Subject, Tx},
    domain::{ChatTarget, Loudness, Reason, Severity, Timestamp},
};

/// The simultaneous news of a digest's incidents.
#[derive(Default)]
pub(super) struct DigestNews {
    pub reasons: Vec<Reason>,
    /// The highest severity among the alerts.
    alerted: Option<Severity>,
    /// It has gained incidents.
    grew: bool,
    loud: bool,
    alert_id: Option<i64>,
}

impl DigestNews {
    pub fn add(&mut self, slot: &Slot, reason: Reason, alert_id: Option<i64>, loudness: &Loudness) {
        let severity = slot.incident.life.severity;
        if reason.needs_attention() {
            self.alerted = self.alerted.max(Some(severity));
        }
        self.reasons.push(reason);
        self.grew |= slot.joined;
        self.loud |= reason != Reason::Escalated && loudness.is_loud(severity, reason);
        self.alert_id = self.alert_id.max(alert_id);
    }

    /// The reminder of the incident that has waited longest.
    fn reminder(&self) -> Option<Reason> {
        let numbers = self.reasons.iter().filter_map(|reason| match reason {
            Reason::Reminder { number } => Some(*number),
            _ => None,
        });
        numbers.max().map(|number| Reason::Reminder { number })
    }

    fn has(&self, wanted: Reason) -> bool {
        self.reasons.contains(&wanted)
    }
}

/// Tells the chats the news of a digest in one message.
pub(super) async fn announce_digest(
    tx: &mut Tx,
    digest: i64,
    news: &DigestNews,
    (chats, manager): (&[ChatTarget], &[ChatTarget]),
    now: Timestamp,
) -> sqlx::Result<()> {
    let subject = Subject::Digest(digest);
    let piece = |reason, silent| News {
        reason,
        alert_id: news.alert_id,
        silent,
        now,
    };
    let is_louder = match news.alerted {
        Some(severity) => raise(tx, digest, severity).await?,
        None => false,
    };
    if news.alerted.is_some() && (is_louder || !news.grew) {
        let alert = piece(Reason::Opened, !news.loud);
        tell(tx, subject, chats, &alert).await?;
    } else if news.alerted.is_some() {
        // Chats with the digest see it change, and were alerted before.
        let change = piece(Reason::Opened, !news.loud);
        show(tx, subject, chats, &change).await?;
    } else if let Some(reminder) = news.reminder() {
        let reminder = piece(reminder, !news.loud);
        tell(tx, subject, chats, &reminder).await?;
    } else if news.has(Reason::Resolved) && tx.digest_is_over(digest).await? {
        let end = piece(Reason::Resolved, true);
        if news.grew {
            tell(tx, subject, chats, &end).await?;
        } else {
            tell_those_who_know(tx, subject, &end).await?;
        }
    } else if news.grew {
        show(tx, subject, chats, &piece(Reason::Resolved, true)).await?;
    }
    if news.has(Reason::Escalated) {
        let escalation = piece(Reason::Escalated, false);
        tell(tx, subject, manager, &escalation).await?;
    }
    Ok(())
}

/// Records how severe the digest's loudest alert is. True if that has risen.
pub(super) async fn raise(tx: &mut Tx, digest: i64, severity: Severity) -> sqlx::Result<bool> {
    let is_louder = severity > tx.told_severity(digest).await?;
    if is_louder {
        tx.raise_digest(digest, severity).await?;
    }
    Ok(is_louder)
}
