//! Telling a chat: in a standing message, or by a notice on it.

use crate::{
    db::{
        outbox::{Standing, Subject},
        tx::Tx,
    },
    domain::{ChatTarget, Reason, Timestamp},
};

/// One piece of news for the chats.
pub(in crate::db) struct News {
    pub reason: Reason,
    pub alert_id: Option<i64>,
    pub silent: bool,
    pub now: Timestamp,
}

impl Tx {
    /// Tells each chat: in a standing message, which is news by itself when it is new, or by a notice on it.
    pub(super) async fn tell(
        &mut self,
        subject: Subject,
        chats: &[ChatTarget],
        news: &News,
    ) -> sqlx::Result<()> {
        for chat in chats {
            match self.standing(subject, *chat, news.now).await? {
                Some(standing) if standing.is_sent => self.say(subject, *chat, news).await?,
                standing => self.place(subject, *chat, standing, news).await?,
            }
        }
        Ok(())
    }

    /// Gives notice on the standing message. A reminder that could not go out yet serves for the next one too.
    async fn say(&mut self, subject: Subject, chat: ChatTarget, news: &News) -> sqlx::Result<()> {
        let waiting = match news.reason {
            Reason::Reminder { .. } => self.waiting_reminder(subject, chat).await?,
            _ => None,
        };
        match waiting {
            Some(reminder) => self.renew(reminder, news).await,
            None => self.enqueue(chat, subject, Some(news.reason), news).await,
        }
    }

    /// Makes sure that each chat has the standing message, and leaves it at that.
    pub(in crate::db) async fn show(
        &mut self,
        subject: Subject,
        chats: &[ChatTarget],
        news: &News,
    ) -> sqlx::Result<()> {
        for chat in chats {
            let standing = self.standing(subject, *chat, news.now).await?;
            self.place(subject, *chat, standing, news).await?;
        }
        Ok(())
    }

    async fn place(
        &mut self,
        subject: Subject,
        chat: ChatTarget,
        standing: Option<Standing>,
        news: &News,
    ) -> sqlx::Result<()> {
        match standing {
            Some(standing) => self.renew(standing.id, news).await,
            None => self.enqueue(chat, subject, None, news).await,
        }
    }

    /// Tells the chats that have the standing message. One that is still on its way will say it itself.
    pub(super) async fn tell_those_who_know(
        &mut self,
        subject: Subject,
        news: &News,
    ) -> sqlx::Result<()> {
        for chat in self.chats_with(subject, news.now).await? {
            self.enqueue(chat, subject, Some(news.reason), news).await?;
        }
        Ok(())
    }
}
