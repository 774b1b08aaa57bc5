//! Incidents: the life of each fingerprint, and the notifications it gives rise to.

use super::{Db, on, outbox::enqueue};
use crate::domain::{
    ChatTarget, Check, Decision, FaultState, Fingerprint, Notice, NoticePolicy, Reason, Severity,
    Timestamp, Track, decide,
};

/// A failing check, taken in.
#[derive(Clone, Debug)]
pub struct Raised {
    pub decision: Decision,
    pub occurrences: i64,
    /// What is known of the fingerprint after this.
    pub track: Track,
    /// The row of `ops_alerts_history`, when the chats are told.
    pub alert_id: Option<i64>,
}

/// What a notification says, and whether it makes a sound.
pub struct Draft {
    pub html: String,
    /// As JSON: what they are is the views' business.
    pub buttons: serde_json::Value,
    pub silent: bool,
}

/// How a failing check becomes a notification.
pub struct Notify<'a, F: Fn(Reason, i64) -> Draft> {
    pub policy: &'a NoticePolicy,
    pub recipients: &'a [ChatTarget],
    /// Renders the notification for a reason and the number of failing checks so far.
    pub draft: F,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenIncident {
    pub id: i64,
    pub fingerprint: Fingerprint,
    pub source: String,
    pub severity: Severity,
    pub message: String,
    pub opened_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub occurrences: i64,
    pub notifications: i64,
    pub notified_at: Option<Timestamp>,
    pub notified_severity: Option<Severity>,
}

impl OpenIncident {
    pub fn track(&self) -> Track {
        Track {
            last_notice: self
                .notified_at
                .zip(self.notified_severity)
                .map(|(at, severity)| Notice { at, severity }),
            notifications: u32::try_from(self.notifications).unwrap_or(u32::MAX),
        }
    }
}

/// When incidents close, and how the chats are told.
pub struct Closing<'a, F: Fn(&ClosedIncident) -> Draft> {
    pub after_passes: i64,
    pub recipients: &'a [ChatTarget],
    pub draft: F,
}

/// An incident that has come to its end.
#[derive(Clone, Debug)]
pub struct ClosedIncident {
    pub fingerprint: Fingerprint,
    pub source: String,
    pub message: String,
    pub opened_at: Timestamp,
    pub closed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct StandingIncident {
    id: i64,
    fingerprint: Fingerprint,
    message: String,
    opened_at: Timestamp,
    passes: i64,
    notifications: i64,
}

impl StandingIncident {
    fn closed(self, source: &str, at: Timestamp) -> ClosedIncident {
        ClosedIncident {
            fingerprint: self.fingerprint,
            source: source.to_owned(),
            message: self.message,
            opened_at: self.opened_at,
            closed_at: at,
        }
    }
}

const STANDING: &str = "SELECT id, fingerprint, message, opened_at, passes, notifications
    FROM ops_incidents WHERE source = $1 AND closed_at IS NULL ORDER BY id";

const LAST_NOTICE: &str = "SELECT notified_at, notified_severity FROM ops_incidents
    WHERE fingerprint = $1 AND notified_at IS NOT NULL ORDER BY id DESC LIMIT 1";

const FEED: &str = "UPDATE ops_incidents
    SET severity = $2, message = $3, extras_json = $4, last_seen_at = $5, occurrences = occurrences + 1, passes = 0
    WHERE fingerprint = $1 AND closed_at IS NULL
    RETURNING id, occurrences, notifications";

const OPEN: &str =
    "INSERT INTO ops_incidents (fingerprint, source, severity, message, extras_json, opened_at,
        last_seen_at, occurrences, passes, notifications)
    VALUES ($1, $2, $3, $4, $5, $6, $6, 1, 0, 0)
    RETURNING id, occurrences, notifications";

const NOTIFIED: &str = "UPDATE ops_incidents
    SET notifications = notifications + 1, notified_at = $2, notified_severity = $3 WHERE id = $1";

const RECORD_ALERT: &str = "INSERT INTO ops_alerts_history
        (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING CAST(id AS BIGINT)";

/// Feeds the open incident of a failing check, or opens one: its id, occurrences and notifications.
macro_rules! feed_or_open {
    ($tx:ident, $check:expr, $at:expr) => {{
        let check: &Check = $check;
        let fed: Option<(i64, i64, i64)> = sqlx::query_as(FEED)
            .bind(&check.fingerprint)
            .bind(check.severity)
            .bind(&check.message)
            .bind(check.extras_json())
            .bind($at)
            .fetch_optional(&mut *$tx)
            .await?;
        match fed {
            Some(fed) => fed,
            None => {
                sqlx::query_as(OPEN)
                    .bind(&check.fingerprint)
                    .bind(check.source)
                    .bind(check.severity)
                    .bind(&check.message)
                    .bind(check.extras_json())
                    .bind($at)
                    .fetch_one(&mut *$tx)
                    .await?
            }
        }
    }};
}

/// Writes a notification into its incident and into the history; the history's id.
macro_rules! record_notice {
    ($tx:ident, $incident:expr, $check:expr, $at:expr, $chats:expr) => {{
        let check: &Check = $check;
        sqlx::query(NOTIFIED)
            .bind($incident)
            .bind($at)
            .bind(check.severity)
            .execute(&mut *$tx)
            .await?;
        let id: i64 = sqlx::query_scalar(RECORD_ALERT)
            .bind($at)
            .bind(check.source)
            .bind(check.severity)
            .bind(&check.message)
            .bind(&check.fingerprint)
            .bind(check.extras_json())
            .bind($chats)
            .fetch_one(&mut *$tx)
            .await?;
        id
    }};
}

impl Db {
    /// Takes in a failing check: opens or feeds its incident, decides whether the chats are told, and if so writes
    /// the alert and a message for each chat. All of it happens or none.
    pub async fn raise<F: Fn(Reason, i64) -> Draft>(
        &self,
        check: &Check,
        now: Timestamp,
        notify: &Notify<'_, F>,
    ) -> sqlx::Result<Raised> {
        let raised = super::write!(self, tx => {
            let last: Option<(Timestamp, Severity)> =
                sqlx::query_as(LAST_NOTICE).bind(&check.fingerprint).fetch_optional(&mut *tx).await?;
            let (incident, occurrences, notifications) = feed_or_open!(tx, check, now);
            let mut track = Track {
                last_notice: last.map(|(at, severity)| Notice { at, severity }),
                notifications: u32::try_from(notifications).unwrap_or(u32::MAX),
            };
            let decision = decide(&track, check.severity, now, notify.policy);
            let mut alert_id = None;
            if let Decision::Notify(reason) = decision {
                track.told(Notice { at: now, severity: check.severity });
                let id = record_notice!(tx, incident, check, now, "");
                let draft = (notify.draft)(reason, occurrences);
                for recipient in notify.recipients {
                    enqueue!(&mut *tx, *recipient, &draft, Some(id), Some(incident), now);
                }
                alert_id = Some(id);
            }
            Raised { decision, occurrences, track, alert_id }
        });
        Ok(raised)
    }

    /// Takes in a notification that went out while this database could not be written to, and passes it on to the
    /// chats that it did not reach.
    pub async fn record_told(
        &self,
        check: &Check,
        at: Timestamp,
        chats: &str,
        (unreached, draft): (&[ChatTarget], &Draft),
    ) -> sqlx::Result<()> {
        super::write!(self, tx => {
            let (incident, ..) = feed_or_open!(tx, check, at);
            let id = record_notice!(tx, incident, check, at, chats);
            for chat in unreached {
                enqueue!(&mut *tx, *chat, draft, Some(id), Some(incident), at);
            }
        });
        Ok(())
    }

    /// Takes in what a check says of its detector's open incidents: those that no longer stand count one more pass,
    /// and close after so many in a row. The chats that were told of one are told of its end.
    pub async fn settle<F: Fn(&ClosedIncident) -> Draft>(
        &self,
        check: &Check,
        now: Timestamp,
        closing: &Closing<'_, F>,
    ) -> sqlx::Result<Vec<ClosedIncident>> {
        // Nearly always there is nothing to settle, and then nobody is made to wait for the write lock.
        let any: bool = on!(self, pool => {
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM ops_incidents WHERE source = $1 AND closed_at IS NULL)",
            )
            .bind(check.source)
            .fetch_one(pool)
            .await
        })?;
        if !any {
            return Ok(Vec::new());
        }
        let closed = super::write!(self, tx => {
            let open: Vec<StandingIncident> =
                sqlx::query_as(STANDING).bind(check.source).fetch_all(&mut *tx).await?;
            let mut closed = Vec::new();
            for incident in open {
                let passes = match check.says_of(&incident.fingerprint) {
                    Some(FaultState::Stands) => 0,
                    Some(FaultState::Gone) => incident.passes + 1,
                    None => continue,
                };
                let closed_at = (passes >= closing.after_passes).then_some(now);
                sqlx::query("UPDATE ops_incidents SET passes = $2, closed_at = $3 WHERE id = $1")
                    .bind(incident.id)
                    .bind(passes)
                    .bind(closed_at)
                    .execute(&mut *tx)
                    .await?;
                if closed_at.is_none() {
                    continue;
                }
                let (id, was_told) = (incident.id, incident.notifications > 0);
                let incident = incident.closed(check.source, now);
                if was_told {
                    let draft = (closing.draft)(&incident);
                    for recipient in closing.recipients {
                        enqueue!(&mut *tx, *recipient, &draft, None::<i64>, Some(id), now);
                    }
                }
                closed.push(incident);
            }
            closed
        });
        Ok(closed)
    }

    /// The loudest first, then the oldest.
    pub async fn open_incidents(&self) -> sqlx::Result<Vec<OpenIncident>> {
        let mut open: Vec<OpenIncident> = on!(self, pool => {
            sqlx::query_as(
                "SELECT id, fingerprint, source, severity, message, opened_at, last_seen_at, occurrences,
                    notifications, notified_at, notified_severity
                 FROM ops_incidents WHERE closed_at IS NULL ORDER BY id",
            )
            .fetch_all(pool)
            .await
        })?;
        open.sort_by_key(|incident| std::cmp::Reverse(incident.severity));
        Ok(open)
    }
}
