//! Alerts that went out while the database could not be written to, recorded when it is back.

use super::telling::tell;
use crate::{
    db::{Db, News, Subject, Tx},
    domain::{ChatTarget, Check, Incident, Life, Reason, Timestamp},
};

/// An alert that was sent but could not be stored.
#[derive(Clone)]
pub struct SentAlert {
    pub check: Check,
    pub at: Timestamp,
    pub reached: Vec<Reached>,
    pub unreached: Vec<ChatTarget>,
    pub silent: bool,
    pub life: Life,
}

/// A chat that was notified, and the message's address: a group may have become a supergroup.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub chat: ChatTarget,
    pub chat_id: i64,
    pub message_id: i32,
}

/// Stores a notification that was sent while the database was down, and queues it for the chats that it did not reach.
pub async fn record(db: &Db, alert: &SentAlert) -> sqlx::Result<Incident> {
    let at = alert.at;
    let mut tx = db.begin().await?;
    let incident = store(&mut tx, alert).await?;
    let chats: Vec<String> = alert
        .reached
        .iter()
        .map(|reached| reached.chat_id.to_string())
        .collect();
    let alert_id = tx.record_alert(&incident, at, &chats.join(",")).await?;
    let news = News {
        reason: Reason::Opened,
        alert_id: Some(alert_id),
        silent: alert.silent,
        now: at,
    };
    let subject = Subject::Card(incident.id);
    for reached in &alert.reached {
        keep_reached(&mut tx, subject, *reached, at).await?;
    }
    let unreached = tx.reachable(&alert.unreached).await?;
    tell(&mut tx, subject, &unreached, &news).await?;
    tx.touch_cards(incident.id, at).await?;
    tx.commit().await?;
    Ok(incident)
}

/// Stores the incident with the state decided from memory, keeping later operations of people.
async fn store(tx: &mut Tx, alert: &SentAlert) -> sqlx::Result<Incident> {
    let check = &alert.check;
    let open = tx.open_incidents().await?;
    let known = open
        .into_iter()
        .find(|incident| incident.fingerprint == check.fingerprint);
    let mut incident = match known {
        Some(known) => Incident {
            life: alert.life.clone().with_operations_of(&known.life, alert.at),
            ..known
        },
        None => Incident::of(check, alert.life.clone()),
    };
    incident.learn(check);
    if incident.id == 0 {
        incident.id = tx.insert_incident(&incident).await?;
    } else {
        tx.update_incident(&incident).await?;
    }
    Ok(incident)
}

/// Registers the sent message for later updates, unless the chat already has one of the incident.
async fn keep_reached(
    tx: &mut Tx,
    subject: Subject,
    reached: Reached,
    now: Timestamp,
) -> sqlx::Result<()> {
    let Reached {
        chat,
        chat_id,
        message_id,
    } = reached;
    if chat_id != chat.chat_id {
        tx.move_chat(chat.chat_id, chat_id, now).await?;
    }
    let chat = ChatTarget { chat_id, ..chat };
    match tx.standing(subject, chat, now).await? {
        None => tx.adopt(subject, chat, message_id, now).await,
        Some(standing) if !standing.is_sent => tx.stands_as(standing.id, message_id).await,
        Some(_) => Ok(()),
    }
}
