//! Turns decisions into notifications: history, messages of incidents, and notices that reply to them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    board::Board,
    digest_news::{DigestNews, announce_digest},
    telling::{tell, tell_those_who_know},
};
use crate::{
    db::{News, Subject, Tx},
    domain::{Audience, Reason},
};

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

    /// Stores the notifications.
    pub async fn announce(&self, tx: &mut Tx, audience: &Audience) -> sqlx::Result<()> {
        let chats = tx.reachable(&audience.chats).await?;
        let manager = tx.reachable(audience.manager.as_slice()).await?;
        // Without a reachable manager, the alert chats get the escalation.
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
                Reason::Escalated => tell(tx, subject, escalated_to, &news).await?,
                Reason::Resolved => tell_those_who_know(tx, subject, &news).await?,
                _ => tell(tx, subject, &chats, &news).await?,
            }
        }
        for (digest, news) in digests {
            announce_digest(tx, digest, &news, (&chats, escalated_to), self.now).await?;
        }
        Ok(())
    }

    /// The digests that gain incidents now, or that have too many notices for single messages.
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
}
