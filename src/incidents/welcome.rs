//! Tells a chat about open incidents when it can be written to again.

use std::collections::BTreeSet;

use super::{digest_news::raise, telling::show};
use crate::{
    db::{Db, Draft, News, Subject, Tx},
    domain::{Audience, ChatTarget, Incident, Reason, Timestamp},
};

/// The messages for a chat that was lost.
pub struct Welcome<'a> {
    pub chat_id: i64,
    /// The chat's addresses that get alerts.
    pub alerts: &'a [ChatTarget],
    /// The manager's address in the chat, if it is the manager's.
    pub manager: Option<ChatTarget>,
    pub greeting: &'a Draft,
}

/// Writes to a lost chat again. It stays on trial until a message has arrived.
pub async fn readmit_chat(
    db: &Db,
    welcome: &Welcome<'_>,
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    tx.readmit_chat(welcome.chat_id, welcome.greeting, now)
        .await?;
    let manager = welcome.manager;
    let manager_alone = manager.filter(|manager| !welcome.alerts.contains(manager));
    for place in welcome.alerts.iter().chain(&manager_alone) {
        tx.enqueue_post(*place, welcome.greeting, now).await?;
    }
    for place in welcome.alerts {
        let mut open = tx.open_incidents().await?;
        open.retain(|incident| incident.life.notifications > 0);
        tell_what_is_open(&mut tx, *place, &open, audience, now).await?;
    }
    if let Some(manager) = manager {
        let mut open = tx.open_incidents().await?;
        open.retain(|Incident { life, .. }| {
            life.escalated_at.is_some() && life.acknowledged.is_none()
        });
        tell_what_is_open(&mut tx, manager, &open, audience, now).await?;
    }
    tx.commit().await
}

/// Many incidents that are new to the chat go into a digest.
async fn tell_what_is_open(
    tx: &mut Tx,
    place: ChatTarget,
    open: &[Incident],
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<()> {
    let mut digests: BTreeSet<i64> = open.iter().filter_map(|incident| incident.digest).collect();
    let mut alone = Vec::new();
    for incident in open.iter().filter(|incident| incident.digest.is_none()) {
        let card = Subject::Card(incident.id);
        if tx.standing(card, place, now).await?.is_none() {
            alone.push(incident);
        }
    }
    if alone.len() > audience.group_max {
        digests.insert(tell_together(tx, &alone, now).await?);
        alone.clear();
    }
    let cards = alone.iter().map(|incident| Subject::Card(incident.id));
    let subjects: Vec<Subject> = cards
        .chain(digests.into_iter().map(Subject::Digest))
        .collect();
    for subject in subjects {
        let news = news_of(tx, subject, audience, now).await?;
        show(tx, subject, &[place], &news).await?;
    }
    Ok(())
}

/// Moves incidents from messages of their own into a digest.
async fn tell_together(tx: &mut Tx, incidents: &[&Incident], now: Timestamp) -> sqlx::Result<i64> {
    let digest = tx.open_digest(now).await?;
    for incident in incidents {
        tx.put_into_digest(incident.id, digest).await?;
        raise(tx, digest, incident.life.severity).await?;
    }
    Ok(digest)
}

/// As loud as the loudest of its incidents.
async fn news_of(
    tx: &mut Tx,
    subject: Subject,
    audience: &Audience,
    now: Timestamp,
) -> sqlx::Result<News> {
    let is_told = |incident: &Incident| match subject {
        Subject::Card(id) => incident.id == id,
        Subject::Digest(digest) => incident.digest == Some(digest),
    };
    let open = tx.open_incidents().await?;
    let is_loud = open.iter().any(|incident| {
        let life = &incident.life;
        is_told(incident)
            && life.acknowledged.is_none()
            && audience.loudness.is_loud(life.severity, Reason::Opened)
    });
    Ok(News {
        reason: Reason::Opened,
        alert_id: tx.newest_alert(subject).await?,
        silent: !is_loud,
        now,
    })
}
