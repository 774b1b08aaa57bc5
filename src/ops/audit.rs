//! Audit rows for refused requests and for counted events, and the names of what rows are about.

use crate::{
    context::{Context, HeartbeatCount, UnrecordedRefusals},
    db::{AuditRow, NewAudit},
    domain::{Act, ActOutcome, By, Scope, Who},
    views::{AuditNames, AuditSubject},
};

/// At most this many rate-limited clients get audit rows of their own at a time; the others share one.
const TOLD_APART: usize = 20;

/// Looks up what the ids in these rows stand for.
pub async fn names(cx: &Context, rows: &[AuditRow]) -> sqlx::Result<AuditNames> {
    let settings = cx.settings.get();
    let mut names = AuditNames {
        alert_chats: settings
            .alert_chats
            .iter()
            .map(|chat| chat.chat_id)
            .collect(),
        manager: settings.manager_chat.map(|chat| chat.chat_id),
        ..AuditNames::default()
    };
    for row in rows {
        match AuditSubject::of(row) {
            Some(AuditSubject::Incident(id)) => {
                let found = cx.db.incident(id).await?;
                names.incidents.extend(found.map(|incident| (id, incident)));
            }
            Some(AuditSubject::Silence(_, Scope::Fault(fault))) => {
                let found = cx.db.newest_incident(&fault).await?;
                names.faults.extend(found.map(|incident| (fault, incident)));
            }
            Some(AuditSubject::Silence(_, Scope::All | Scope::Detector(_))) | None => {}
        }
    }
    Ok(names)
}

/// Records that an administrator's operation was refused, or counts it if the client is over its limit.
pub async fn forbid(cx: &Context, who: &Who, subject: &str, why: &str) {
    if !cx.books.refusals.admit(who, subject, cx.clock.now()) {
        tracing::debug!(subject, from = who.origin.from, why, "one more refusal");
        return;
    }
    refused(cx, who, subject, why).await;
}

/// Stores the refusals counted since the last call.
pub async fn tell_more(cx: &Context) {
    let mut apart = cx.books.refusals.take_more();
    let rest = apart.split_off(apart.len().min(TOLD_APART));
    for more in &apart {
        tell(cx, &more.who, more.count, more).await;
    }
    if let Some(first) = rest.first() {
        let who = Who {
            by: By::nobody(),
            ..first.who.clone()
        };
        let count = rest.iter().map(|more| more.count).sum();
        tell(cx, &who, count, first).await;
    }
}

async fn tell(cx: &Context, who: &Who, count: u64, more: &UnrecordedRefusals) {
    let subject = format!("{count} more were refused");
    let detail = format!(
        "from {} to {} UTC; the last: {}",
        more.since.iso(),
        more.until.iso(),
        more.subject
    );
    tracing::warn!(
        count,
        from = who.origin.from,
        last = more.subject,
        "refused"
    );
    refused(cx, who, &subject, &detail).await;
}

async fn refused(cx: &Context, who: &Who, subject: &str, detail: &str) {
    cx.audit(&NewAudit {
        who,
        act: Act::Forbidden,
        subject,
        outcome: ActOutcome::Refused,
        detail,
    })
    .await;
}

/// Stores the heartbeats counted since the last call.
pub async fn tell_heartbeats(cx: &Context) {
    for HeartbeatCount {
        who,
        job,
        starts,
        successes,
        fails,
        since,
    } in cx.books.heard.take()
    {
        cx.audit(&NewAudit {
            who: &who,
            act: Act::Heartbeat,
            subject: &format!("job {job}"),
            outcome: ActOutcome::Done,
            detail: &format!(
                "{starts} start, {successes} success, {fails} fail since {} UTC",
                since.iso()
            ),
        })
        .await;
    }
}
