//! From decisions to what is written for the chats: history, standing messages, and notices on them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    board::{Board, Slot},
    telling::News,
};
use crate::{
    db::{outbox::Subject, tx::Tx},
    domain::{Audience, ChatTarget, Loudness, Reason, Severity},
};

/// What one moment brings to the members of a digest.
#[derive(Default)]
struct DigestNews {
    reasons: Vec<Reason>,
    /// The loudest that somebody is called for.
    called: Option<Severity>,
    /// Some have joined it now.
    grew: bool,
    loud: bool,
    alert_id: Option<i64>,
}

impl Board {
    pub async fn record_alerts(&mut self, tx: &mut Tx) -> sqlx::Result<()> {
        let alerts: Vec<usize> = self
            .notices()
            .filter(|(.., reason)| reason.is_alert())
            .map(|(at, ..)| at)
            .collect();
        for at in alerts {
            let incident = &self.slots[self.moves[at].slot].incident;
            self.moves[at].alert_id = Some(tx.record_alert(incident, self.now, "").await?);
        }
        Ok(())
    }

    /// Writes what the chats are told.
    pub async fn announce(&self, tx: &mut Tx, audience: &Audience) -> sqlx::Result<()> {
        let chats = tx.reachable(&audience.chats).await?;
        let manager = tx.reachable(audience.manager.as_slice()).await?;
        // Without a manager within reach, those who are told of everything else are told of that too.
        let escalated_to = if manager.is_empty() { &chats } else { &manager };
        let busy = self.busy_digests(audience.group_max);
        let mut digests: BTreeMap<i64, DigestNews> = BTreeMap::new();
        for (at, slot, reason) in self.notices() {
            let alert_id = self.moves[at].alert_id;
            if let Some(digest) = slot.incident.digest {
                let news = digests.entry(digest).or_default();
                if busy.contains(&digest) || !reason.is_of_one() {
                    news.add(slot, reason, alert_id, &audience.loudness);
                    continue;
                }
                news.reasons.push(reason);
            }
            let silent = !audience
                .loudness
                .is_loud(slot.incident.life.severity, reason);
            let news = News {
                reason,
                alert_id,
                silent,
                now: self.now,
            };
            let subject = Subject::Card(slot.incident.id);
            match reason {
                Reason::Escalated => tx.tell(subject, escalated_to, &news).await?,
                Reason::Resolved => tx.tell_those_who_know(subject, &news).await?,
                _ => tx.tell(subject, &chats, &news).await?,
            }
        }
        for (digest, news) in digests {
            self.announce_digest(tx, digest, &news, (&chats, escalated_to))
                .await?;
        }
        Ok(())
    }

    /// The digests that grow now, or of whose incidents there are too many notices to tell of each by itself.
    fn busy_digests(&self, group_max: usize) -> BTreeSet<i64> {
        let mut notices: BTreeMap<i64, usize> = BTreeMap::new();
        let mut busy = BTreeSet::new();
        for (_, slot, _) in self.notices() {
            let Some(digest) = slot.incident.digest else {
                continue;
            };
            let count = notices.entry(digest).or_default();
            *count += 1;
            if slot.joined || *count > group_max {
                busy.insert(digest);
            }
        }
        busy
    }

    async fn announce_digest(
        &self,
        tx: &mut Tx,
        digest: i64,
        news: &DigestNews,
        (chats, manager): (&[ChatTarget], &[ChatTarget]),
    ) -> sqlx::Result<()> {
        let subject = Subject::Digest(digest);
        let piece = |reason, silent| News {
            reason,
            alert_id: news.alert_id,
            silent,
            now: self.now,
        };
        let is_louder = match news.called {
            Some(severity) => tx.raise_digest(digest, severity).await?,
            None => false,
        };
        if news.called.is_some() && (is_louder || !news.grew) {
            let call = piece(Reason::Opened, !news.loud);
            tx.tell(subject, chats, &call).await?;
        } else if news.called.is_some() {
            // Who has the digest sees it change, and was called for the like already.
            let change = piece(Reason::Opened, !news.loud);
            tx.show(subject, chats, &change).await?;
        } else if let Some(reminder) = news.reminder() {
            let reminder = piece(reminder, !news.loud);
            tx.tell(subject, chats, &reminder).await?;
        } else if news.has(Reason::Resolved) && tx.digest_is_over(digest).await? {
            let end = piece(Reason::Resolved, true);
            if news.grew {
                tx.tell(subject, chats, &end).await?;
            } else {
                tx.tell_those_who_know(subject, &end).await?;
            }
        } else if news.grew {
            tx.show(subject, chats, &piece(Reason::Resolved, true))
                .await?;
        }
        if news.has(Reason::Escalated) {
            let escalation = piece(Reason::Escalated, false);
            tx.tell(subject, manager, &escalation).await?;
        }
        Ok(())
    }
}

impl DigestNews {
    fn add(&mut self, slot: &Slot, reason: Reason, alert_id: Option<i64>, loudness: &Loudness) {
        let severity = slot.incident.life.severity;
        if reason.calls() {
            self.called = self.called.max(Some(severity));
        }
        self.reasons.push(reason);
        self.grew |= slot.joined;
        self.loud |= reason != Reason::Escalated && loudness.is_loud(severity, reason);
        self.alert_id = self.alert_id.max(alert_id);
    }

    /// That of the incident that has waited longest.
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
