//! `/health` and `/status`.

use chrono_tz::Tz;

use super::{Html, Message, alert::emoji, clip, moment};
use crate::{
    db::{OpenIncident, OpsHealth, OutboxDepth, RemediationRow},
    domain::Timestamp,
};

const INCIDENT_UNITS: usize = 200;

pub fn health(
    health: &OpsHealth,
    open: &[OpenIncident],
    last_remediation: Option<&RemediationRow>,
    last_sweep: Option<Timestamp>,
    zone: Tz,
) -> Message {
    let mark = match (open.first(), last_sweep) {
        (Some(loudest), _) => emoji(loudest.severity),
        (None, Some(_)) => "✅",
        // Nothing found is not the same as nothing looked for.
        (None, None) => "➖",
    };
    let swept = last_sweep.map_or_else(|| "none yet".to_owned(), |at| moment(at, zone));
    let html = Html::new()
        .text(mark)
        .text(" ")
        .bold("Operational health")
        .line()
        .text(&format!("Last sweep: {swept}"))
        .line()
        .text(&format!("Alerts, last hour: {}", health.alerts_last_hour))
        .line()
        .text(&format!("Critical, last 24h: {}", health.critical_last_24h))
        .line()
        .text(&format!(
            "Remediations, last hour: {}",
            health.remediations_last_hour
        ))
        .line()
        .text(&format!(
            "Failed remediations, 24h: {}",
            health.remediation_failures_24h
        ))
        .line();
    let html = match last_remediation {
        Some(row) => html
            .text(&format!(
                "Last remediation: {} {}, {}",
                row.action_name,
                row.status,
                moment(row.triggered_at, zone)
            ))
            .line()
            .line(),
        None => html.line(),
    };
    if open.is_empty() {
        return html.text("No open incidents.").into();
    }
    let lines: Vec<Html> = open
        .iter()
        .map(|incident| open_incident(incident, zone))
        .collect();
    html.bold(&format!("Open incidents: {}", open.len()))
        .lines(&lines, "/alerts")
        .into()
}

fn open_incident(incident: &OpenIncident, zone: Tz) -> Html {
    Html::new()
        .text(&format!("{} ", emoji(incident.severity)))
        .text(&clip(&incident.message, INCIDENT_UNITS))
        .line()
        .italic(&format!(
            "   since {}, failing checks: {}",
            moment(incident.opened_at, zone),
            incident.occurrences
        ))
}

/// The program's own state.
pub struct Status<'a> {
    pub version: &'a str,
    pub started_at: Timestamp,
    pub last_sweep: Option<Timestamp>,
    pub outbox: OutboxDepth,
    pub database: &'a str,
    pub remediation_enabled: bool,
    pub alert_chats: usize,
    pub zone: Tz,
}

pub fn status(status: &Status<'_>) -> Message {
    let last_sweep = status
        .last_sweep
        .map_or_else(|| "none yet".to_owned(), |at| moment(at, status.zone));
    let outbox = match status.outbox.oldest {
        Some(oldest) => format!(
            "{} waiting, the oldest since {}",
            status.outbox.pending,
            moment(oldest, status.zone)
        ),
        None => "empty".to_owned(),
    };
    let rows = [
        ("Running since", moment(status.started_at, status.zone)),
        ("Last sweep", last_sweep),
        ("Outbox", outbox),
        ("Alert chats", status.alert_chats.to_string()),
        (
            "Remediation",
            if status.remediation_enabled {
                "enabled"
            } else {
                "disabled"
            }
            .to_owned(),
        ),
        ("Database", status.database.to_owned()),
    ];
    let lines: Vec<Html> = rows
        .iter()
        .map(|(name, value)| Html::new().text(&format!("{name}: {value}")))
        .collect();
    Html::new()
        .bold(&format!("sovani-ops {}", status.version))
        .lines(&lines, "/health")
        .into()
}
