//! A chat that can be written to again: what is open is told there, and what stands there is brought up to date.

use std::collections::BTreeSet;

use crate::{
    db::{
        Db, Draft,
        incidents::News,
        outbox::Subject,
        tx::{Tx, within},
    },
    domain::{Audience, ChatTarget, Incident, Reason, Timestamp},
};

/// What is to be said in a chat that was lost.
pub struct Welcome<'a> {
    pub chat_id: i64,
    /// The places in it that alerts go to.
    pub alerts: &'a [ChatTarget],
    /// The manager's place in it, if it has one.
    pub manager: Option<ChatTarget>,
    pub greeting: &'a Draft,
}

/// What a lost chat shows has not been kept true since its last delivery, or since an error kept the next one from it.
const BROUGHT_UP_TO_DATE: &str =
    "UPDATE ops_outbox SET state = 'pending', revision = revision + 1, leased_until = NULL,
        pending_since = $1, next_attempt_at = $1, attempts = 0, stalls = 0
    WHERE chat_id = $2 AND kind IN ('card', 'digest') AND state = 'sent' AND message_id IS NOT NULL
        AND (last_error IS NOT NULL OR EXISTS (
            SELECT 1 FROM ops_incidents i
            WHERE (i.id = ops_outbox.incident_id OR i.digest_id = ops_outbox.digest_id)
                AND (i.closed_at IS NULL OR i.closed_at > ops_outbox.sent_at)))";

/// Fixed texts that the loss of the chat kept from it. Questions that are decided, and what is older than a day, tell
/// nothing any more.
const SENT_AFTER_ALL: &str =
    "UPDATE ops_outbox SET state = 'pending', leased_until = NULL, next_attempt_at = $1,
        pending_since = $1, attempts = 0, stalls = 0
    WHERE chat_id = $2 AND kind = 'post' AND state = 'dead' AND message_id IS NULL AND created_at > $3
        AND last_error = (SELECT dead_reason FROM ops_chats WHERE chat_id = $2)
        AND NOT EXISTS (SELECT 1 FROM ops_proposals p WHERE p.outbox_id = ops_outbox.id AND p.state <> 'pending')";

const ON_TRIAL: &str =
    "UPDATE ops_chats SET dead_since = NULL, on_trial = TRUE, tried_at = $2 WHERE chat_id = $1";

const A_DAY: chrono::Duration = chrono::Duration::days(1);

impl Db {
    /// Writes to a lost chat again. It counts as lost until something has arrived.
    pub async fn readmit_chat(
        &self,
        welcome: &Welcome<'_>,
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let chat = welcome.chat_id;
        within!(&mut tx, conn => {
            sqlx::query(SENT_AFTER_ALL).bind(now).bind(chat).bind(now - A_DAY).execute(&mut *conn).await?;
            sqlx::query(ON_TRIAL).bind(chat).bind(now).execute(&mut *conn).await?;
            sqlx::query(BROUGHT_UP_TO_DATE).bind(now).bind(chat).execute(&mut *conn).await?;
        });
        let mut places = welcome.alerts.to_vec();
        places.extend(
            welcome
                .manager
                .filter(|manager| !welcome.alerts.contains(manager)),
        );
        for place in &places {
            tx.enqueue_post(*place, welcome.greeting, now).await?;
        }
        for place in welcome.alerts {
            let mut open = tx.open_incidents().await?;
            open.retain(|incident| incident.life.notifications > 0);
            tx.tell_what_is_open(*place, &open, audience, now).await?;
        }
        if let Some(manager) = welcome.manager {
            let mut open = tx.open_incidents().await?;
            open.retain(|Incident { life, .. }| {
                life.escalated_at.is_some() && life.acknowledged.is_none()
            });
            tx.tell_what_is_open(manager, &open, audience, now).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Too many that the place has never heard of are told in a digest.
    async fn tell_what_is_open(
        &mut self,
        place: ChatTarget,
        open: &[Incident],
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let mut digests: BTreeSet<i64> =
            open.iter().filter_map(|incident| incident.digest).collect();
        let mut alone = Vec::new();
        for incident in open.iter().filter(|incident| incident.digest.is_none()) {
            let card = Subject::Card(incident.id);
            if self.standing(card, place, now).await?.is_none() {
                alone.push(incident);
            }
        }
        if alone.len() > audience.group_max {
            digests.insert(self.tell_together(&alone, now).await?);
            alone.clear();
        }
        let cards = alone.iter().map(|incident| Subject::Card(incident.id));
        let subjects: Vec<Subject> = cards
            .chain(digests.into_iter().map(Subject::Digest))
            .collect();
        for subject in subjects {
            let news = self.news_of(subject, audience, now).await?;
            self.show(subject, &[place], &news).await?;
        }
        Ok(())
    }

    /// Has a digest tell of incidents that had messages of their own until now.
    async fn tell_together(
        &mut self,
        incidents: &[&Incident],
        now: Timestamp,
    ) -> sqlx::Result<i64> {
        let digest = self.open_digest(now).await?;
        for incident in incidents {
            within!(&mut *self, conn => {
                sqlx::query("UPDATE ops_incidents SET digest_id = $2 WHERE id = $1")
                    .bind(incident.id)
                    .bind(digest)
                    .execute(conn)
                    .await
                    .map(drop)
            })?;
            self.raise_digest(digest, incident.life.severity).await?;
        }
        Ok(digest)
    }

    /// As loud as the loudest of what it tells.
    async fn news_of(
        &mut self,
        subject: Subject,
        audience: &Audience,
        now: Timestamp,
    ) -> sqlx::Result<News> {
        let (card, digest) = match subject {
            Subject::Card(incident) => (Some(incident), None),
            Subject::Digest(digest) => (None, Some(digest)),
        };
        let open = self.open_incidents().await?;
        let loud = open.iter().any(
            |Incident {
                 id,
                 life,
                 digest: of,
                 ..
             }| {
                let is_told = Some(*id) == card || (digest.is_some() && *of == digest);
                let is_loud = audience.loudness.is_loud(life.severity, Reason::Opened);
                is_told && is_loud && life.acknowledged.is_none()
            },
        );
        let alert_id: Option<i64> = within!(self, conn => {
            sqlx::query_scalar(
                "SELECT CAST(MAX(a.id) AS BIGINT) FROM ops_alerts_history a JOIN ops_incidents i ON i.id = a.incident_id
                 WHERE i.id = $1 OR i.digest_id = $2",
            )
            .bind(card)
            .bind(digest)
            .fetch_one(conn)
            .await
        })?;
        Ok(News {
            reason: Reason::Opened,
            alert_id,
            silent: !loud,
            now,
        })
    }
}
