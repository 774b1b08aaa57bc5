//! Notifies a chat, by an incident's message or a reply to it.

use crate::{
    db::{News, Standing, Subject, Tx},
    domain::{ChatTarget, Reason},
};

/// Notifies each chat: a new message is the notification itself; otherwise a reply to the existing message is.
pub(super) async fn tell(
    tx: &mut Tx,
    subject: Subject,
    chats: &[ChatTarget],
    news: &News,
) -> sqlx::Result<()> {
    for chat in chats {
        match tx.standing(subject, *chat, news.now).await? {
            Some(standing) if standing.is_sent => say(tx, subject, *chat, news).await?,
            standing => place(tx, subject, *chat, standing, news).await?,
        }
    }
    Ok(())
}

/// Queues a reply to the message. A reminder that is still queued is not repeated.
async fn say(tx: &mut Tx, subject: Subject, chat: ChatTarget, news: &News) -> sqlx::Result<()> {
    let waiting = match news.reason {
        Reason::Reminder { .. } => tx.waiting_reminder(subject, chat).await?,
        _ => None,
    };
    match waiting {
        Some(reminder) => tx.renew(reminder, news).await,
        None => tx.enqueue(chat, subject, Some(news.reason), news).await,
    }
}

/// Makes sure that each chat has the message, without a notification.
pub(super) async fn show(
    tx: &mut Tx,
    subject: Subject,
    chats: &[ChatTarget],
    news: &News,
) -> sqlx::Result<()> {
    for chat in chats {
        let standing = tx.standing(subject, *chat, news.now).await?;
        place(tx, subject, *chat, standing, news).await?;
    }
    Ok(())
}

async fn place(
    tx: &mut Tx,
    subject: Subject,
    chat: ChatTarget,
    standing: Option<Standing>,
    news: &News,
) -> sqlx::Result<()> {
    match standing {
        Some(standing) => tx.renew(standing.id, news).await,
        None => tx.enqueue(chat, subject, None, news).await,
    }
}

/// Notifies the chats that have the message. A message that is still queued will have the news itself.
pub(super) async fn tell_those_who_know(
    tx: &mut Tx,
    subject: Subject,
    news: &News,
) -> sqlx::Result<()> {
    for chat in tx.chats_with(subject, news.now).await? {
        tx.enqueue(chat, subject, Some(news.reason), news).await?;
    }
    Ok(())
}
