//! Shows an incident to the manager before it is escalated.

use super::telling::show;
use crate::{
    db::{Db, News, Subject},
    domain::{ChatTarget, Reason, Timestamp},
};

/// The message of an incident in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The message with this id in the outbox.
    As(i64),
    /// The incident is over.
    Over,
    /// The chat is lost.
    Lost,
}

/// Makes sure that the chat has the incident's message, which is then kept up to date there. It arrives without a sound:
/// it is for information, and an escalation follows if nobody acknowledges.
pub async fn inform(
    db: &Db,
    incident: i64,
    chat: ChatTarget,
    now: Timestamp,
) -> sqlx::Result<Shown> {
    let mut tx = db.begin().await?;
    let is_open = tx.incident(incident).await?;
    if is_open.is_none_or(|incident| !incident.life.is_open()) {
        return Ok(Shown::Over);
    }
    let [chat] = tx.reachable(&[chat]).await?[..] else {
        return Ok(Shown::Lost);
    };
    let subject = Subject::Card(incident);
    if tx.standing(subject, chat, now).await?.is_none() {
        let news = News {
            reason: Reason::Opened,
            alert_id: None,
            silent: true,
            now,
        };
        show(&mut tx, subject, &[chat], &news).await?;
    }
    let standing = tx.standing(subject, chat, now).await?;
    let standing = standing.ok_or(sqlx::Error::RowNotFound)?;
    tx.commit().await?;
    Ok(Shown::As(standing.id))
}
