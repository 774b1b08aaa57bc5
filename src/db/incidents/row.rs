//! An incident as its columns hold it.

use serde_json::Value;

use crate::{
    db::{query::Query, tx::Tx},
    domain::{
        Actor, By, End, Extras, FLAPPING, Finding, Fingerprint, Incident, Life, Mark, Notice,
        Severity, Timestamp,
    },
};

/// Every column of an incident, before what follows.
pub(in crate::db) const SELECT_INCIDENTS: &str =
    "SELECT id, fingerprint, source, severity, message, extras_json, opened_at, last_seen_at, occurrences,
        passes, notifications, reminders, notified_at, notified_severity, called_at, acknowledged_at,
        acknowledged_by, acknowledged_name, hushed, escalated_at, closed_at, closed_by, closed_name, digest_id,
        finding_json, returns, end_finding_json
    FROM ops_incidents";

/// An order by severity.
pub(in crate::db) const WORST_FIRST: &str =
    "CASE severity WHEN 'critical' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END";

#[derive(sqlx::FromRow)]
struct IncidentRow {
    id: i64,
    fingerprint: Fingerprint,
    source: String,
    severity: Severity,
    message: String,
    extras_json: String,
    opened_at: Timestamp,
    last_seen_at: Timestamp,
    occurrences: i64,
    passes: i64,
    notifications: i64,
    reminders: i64,
    notified_at: Option<Timestamp>,
    notified_severity: Option<Severity>,
    called_at: Option<Timestamp>,
    acknowledged_at: Option<Timestamp>,
    acknowledged_by: Option<String>,
    acknowledged_name: Option<String>,
    hushed: bool,
    escalated_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    closed_by: Option<String>,
    closed_name: Option<String>,
    digest_id: Option<i64>,
    finding_json: Option<String>,
    returns: i64,
    end_finding_json: Option<String>,
}

impl From<IncidentRow> for Incident {
    fn from(row: IncidentRow) -> Self {
        let last_notice = row
            .notified_at
            .zip(row.notified_severity)
            .map(|(at, severity)| Notice { at, severity });
        let end = row.closed_at.map(|at| {
            let ended_itself =
                row.closed_by.as_deref() == Some(Actor::Scheduler.to_string().as_str());
            match mark(Some(at), row.closed_by, row.closed_name) {
                None => End::Passed { at },
                Some(_) if ended_itself => End::Unwatched { at },
                Some(mark) => End::ByHand(mark),
            }
        });
        Self {
            id: row.id,
            fingerprint: row.fingerprint,
            source: row.source,
            finding: row.finding_json.as_deref().and_then(Finding::from_json),
            message: row.message,
            extras: extras(&row.extras_json),
            end_finding: row.end_finding_json.as_deref().and_then(Finding::from_json),
            digest: row.digest_id,
            life: Life {
                severity: row.severity,
                opened_at: row.opened_at,
                last_seen_at: row.last_seen_at,
                occurrences: count(row.occurrences),
                passes: count(row.passes),
                returns: count(row.returns),
                last_notice,
                notifications: count(row.notifications),
                reminders: count(row.reminders),
                called_at: row.called_at,
                acknowledged: mark(
                    row.acknowledged_at,
                    row.acknowledged_by,
                    row.acknowledged_name,
                ),
                hushed: row.hushed,
                escalated_at: row.escalated_at,
                end,
            },
        }
    }
}

/// The author and time of an operation, if there was one.
pub(in crate::db) fn mark(
    at: Option<Timestamp>,
    actor: Option<String>,
    name: Option<String>,
) -> Option<Mark> {
    let (at, actor) = at.zip(actor)?;
    let by = by(&actor, name.unwrap_or_default());
    Some(Mark { at, by })
}

pub(in crate::db) fn by(actor: &str, name: String) -> By {
    let actor: Actor = actor.parse().unwrap_or_else(|never| match never {});
    By { actor, name }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn extras(json: &str) -> Extras {
    match serde_json::from_str(json) {
        Ok(Value::Object(extras)) => extras,
        _ => Extras::new(),
    }
}

const INSERT: &str = "INSERT INTO ops_incidents (severity, message, extras_json, last_seen_at, occurrences, passes,
        notifications, reminders, notified_at, notified_severity, called_at, acknowledged_at, acknowledged_by,
        acknowledged_name, hushed, escalated_at, closed_at, closed_by, closed_name, digest_id, finding_json,
        end_finding_json, opened_at, fingerprint, source, returns)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
        $24, $25, $26)
    RETURNING id";

const UPDATE: &str = "UPDATE ops_incidents SET severity = $1, message = $2, extras_json = $3, last_seen_at = $4,
        occurrences = $5, passes = $6, notifications = $7, reminders = $8, notified_at = $9, notified_severity = $10,
        called_at = $11, acknowledged_at = $12, acknowledged_by = $13, acknowledged_name = $14, hushed = $15,
        escalated_at = $16, closed_at = $17, closed_by = $18, closed_name = $19, digest_id = $20, finding_json = $21,
        end_finding_json = $22
    WHERE id = $23";

/// Binds what both statements begin with.
fn bind_life<'c>(query: Query<'c>, incident: &Incident) -> Query<'c> {
    let Incident { life, .. } = incident;
    let acknowledged = life.acknowledged.as_ref();
    let closed = match &life.end {
        Some(End::ByHand(mark)) => Some(mark.by.clone()),
        // Nobody but the program itself ends an incident so.
        Some(End::Unwatched { .. }) => Some(By::scheduler()),
        Some(End::Passed { .. }) | None => None,
    };
    query
        .bind(life.severity)
        .bind(&incident.message)
        .bind(incident.extras_json())
        .bind(life.last_seen_at)
        .bind(i64::from(life.occurrences))
        .bind(i64::from(life.passes))
        .bind(i64::from(life.notifications))
        .bind(i64::from(life.reminders))
        .bind(life.last_notice.map(|notice| notice.at))
        .bind(life.last_notice.map(|notice| notice.severity))
        .bind(life.called_at)
        .bind(acknowledged.map(|mark| mark.at))
        .bind(acknowledged.map(|mark| mark.by.actor.to_string()))
        .bind(acknowledged.map(|mark| &mark.by.name))
        .bind(life.hushed)
        .bind(life.escalated_at)
        .bind(life.end.as_ref().map(End::at))
        .bind(closed.as_ref().map(|by| by.actor.to_string()))
        .bind(closed.map(|by| by.name))
        .bind(incident.digest)
        .bind(incident.finding_json())
        .bind(incident.end_finding.as_ref().and_then(Finding::to_json))
}

/// Runs a query for incidents.
pub(in crate::db) async fn incidents(query: Query<'_>) -> sqlx::Result<Vec<Incident>> {
    let rows: Vec<IncidentRow> = query.fetch_all().await?;
    Ok(rows.into_iter().map(Incident::from).collect())
}

/// The same for one incident at most.
pub(super) async fn incident(query: Query<'_>) -> sqlx::Result<Option<Incident>> {
    let row: Option<IncidentRow> = query.fetch_optional().await?;
    Ok(row.map(Incident::from))
}

impl Tx {
    pub async fn insert_incident(&mut self, incident: &Incident) -> sqlx::Result<i64> {
        bind_life(self.query(INSERT), incident)
            .bind(incident.life.opened_at)
            .bind(&incident.fingerprint)
            .bind(&incident.source)
            .bind(i64::from(incident.life.returns))
            .fetch_value()
            .await
    }

    pub async fn update_incident(&mut self, incident: &Incident) -> sqlx::Result<()> {
        bind_life(self.query(UPDATE), incident)
            .bind(incident.id)
            .execute()
            .await
    }

    pub async fn open_incidents(&mut self) -> sqlx::Result<Vec<Incident>> {
        incidents(self.query([SELECT_INCIDENTS, "WHERE closed_at IS NULL ORDER BY id"])).await
    }

    pub async fn incident(&mut self, id: i64) -> sqlx::Result<Option<Incident>> {
        incident(self.query([SELECT_INCIDENTS, "WHERE id = $1"]).bind(id)).await
    }

    /// How often a fault has ended by itself, after the chats were told of it, within [`FLAPPING`].
    pub async fn returns(
        &mut self,
        fingerprint: &Fingerprint,
        now: Timestamp,
    ) -> sqlx::Result<u32> {
        let ends: i64 = self
            .query(
                "SELECT COUNT(*) FROM ops_incidents
                 WHERE fingerprint = $1 AND closed_at > $2 AND closed_at <= $3
                    AND closed_by IS NULL AND notifications > 0",
            )
            .bind(fingerprint)
            .bind(now - FLAPPING)
            .bind(now)
            .fetch_value()
            .await?;
        Ok(count(ends))
    }
}
