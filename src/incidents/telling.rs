//! Tells a chat, in a standing message or by a notice on it.

use crate::{
    db::{News, Standing, Subject, Tx},
    domain::{ChatTarget, Reason},
};

/// Tells each chat: in a standing message, which is news by itself when it is new, or by a notice on it.
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

/// Gives notice on the standing message. A reminder that could not go out yet serves for the next one too.
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

/// Makes sure that each chat has the standing message, and leaves it at that.
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

/// Tells the chats that have the standing message. One that is still on its way will say it ittx.
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
