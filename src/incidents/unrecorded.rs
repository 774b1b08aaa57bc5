//! The history of alerts, and what went out while nothing could be written down.

use super::telling::News;
use crate::{
    db::{
        Db,
        outbox::Subject,
        tx::{Tx, within},
    },
    domain::{ChatTarget, Check, Incident, Life, Reason, Timestamp},
};

/// A notification that went out while it could not be written down.
pub struct Told<'a> {
    pub check: &'a Check,
    pub at: Timestamp,
    pub reached: &'a [Reached],
    pub unreached: &'a [ChatTarget],
    pub silent: bool,
    /// The incident's life as it was decided then.
    pub life: &'a Life,
}

/// A chat that was told, and where its message is: a group may have become a supergroup.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub chat: ChatTarget,
    pub chat_id: i64,
    pub message_id: i32,
}

impl Tx {
    pub(super) async fn record_alert(
        &mut self,
        incident: &Incident,
        now: Timestamp,
        chats: &str,
    ) -> sqlx::Result<i64> {
        within!(self, conn => {
            sqlx::query_scalar(
                "INSERT INTO ops_alerts_history
                    (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids, incident_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING CAST(id AS BIGINT)",
            )
            .bind(now)
            .bind(&incident.source)
            .bind(incident.life.severity)
            .bind(&incident.message)
            .bind(&incident.fingerprint)
            .bind(incident.extras_json())
            .bind(chats)
            .bind(incident.id)
            .fetch_one(conn)
            .await
        })
    }

    /// Has the message that a chat was told with kept true, unless the chat has a standing one.
    async fn keep_reached(
        &mut self,
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
            self.move_chat(chat.chat_id, chat_id, now).await?;
        }
        let chat = ChatTarget { chat_id, ..chat };
        match self.standing(subject, chat, now).await? {
            None => self.adopt(subject, chat, message_id, now).await,
            Some(standing) if !standing.is_sent => self.stands_as(standing.id, message_id).await,
            Some(_) => Ok(()),
        }
    }

    /// How many incidents called for somebody between these moments.
    pub async fn called_between(
        &mut self,
        since: Timestamp,
        until: Timestamp,
    ) -> sqlx::Result<usize> {
        let count: i64 = within!(self, conn => {
            sqlx::query_scalar("SELECT COUNT(*) FROM ops_incidents WHERE called_at > $1 AND called_at <= $2")
                .bind(since)
                .bind(until)
                .fetch_one(conn)
                .await
        })?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Db {
    /// Takes in a notification that went out while this database could not be written to, and passes it on to the
    /// chats that it did not reach.
    pub async fn record_told(&self, told: &Told<'_>) -> sqlx::Result<Incident> {
        let Told { check, at, .. } = *told;
        let mut tx = self.begin().await?;
        let open = tx.open_incidents().await?;
        let known = open
            .into_iter()
            .find(|incident| incident.fingerprint == check.fingerprint);
        let mut incident = match known {
            Some(known) => Incident {
                life: told.life.clone().with_deeds_of(&known.life, at),
                ..known
            },
            None => Incident::of(check, told.life.clone()),
        };
        incident.learn(check);
        if incident.id == 0 {
            incident.id = tx.insert_incident(&incident).await?;
        } else {
            tx.update_incident(&incident).await?;
        }
        let chats: Vec<String> = told
            .reached
            .iter()
            .map(|reached| reached.chat_id.to_string())
            .collect();
        let alert_id = tx.record_alert(&incident, at, &chats.join(",")).await?;
        let news = News {
            reason: Reason::Opened,
            alert_id: Some(alert_id),
            silent: told.silent,
            now: at,
        };
        let subject = Subject::Card(incident.id);
        for reached in told.reached {
            tx.keep_reached(subject, *reached, at).await?;
        }
        let unreached = tx.reachable(told.unreached).await?;
        tx.tell(subject, &unreached, &news).await?;
        tx.touch_cards(incident.id, at).await?;
        tx.commit().await?;
        Ok(incident)
    }
}
