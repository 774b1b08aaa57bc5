//! `/health` and `/status`.

use super::{
    Html, Message, Voice,
    alert::{emoji, why_lost},
    buttons::{ChartPress, chart},
    clip, finding, say,
};
use crate::{
    db::{OpsHealth, OutboxDepth, RemediationRow},
    domain::{Incident, Reach, Timestamp, Unmeasured, missing_tables},
};

const INCIDENT_UNITS: usize = 200;
const HOST_UNITS: usize = 80;
/// Names of checks that are not measured: about as many lines as the rest of the message has.
const UNMEASURED_UNITS: usize = 600;
/// More than a screen of incidents is no overview.
const INCIDENTS: usize = 5;

/// The content of `/health`.
#[derive(Clone, Copy)]
pub struct Overview<'a> {
    pub health: &'a OpsHealth,
    /// The loudest first.
    pub open: &'a [Incident],
    pub last_remediation: Option<&'a RemediationRow>,
    pub last_sweep: Option<Timestamp>,
    /// The checks that the last sweep could not measure.
    pub unmeasured: &'a [Unmeasured],
    /// How many checks there are.
    pub checks: usize,
}

impl Overview<'_> {
    /// "Passed" and "not checked" must look different.
    fn mark(&self) -> &'static str {
        let is_blind =
            self.unmeasured.len() >= self.checks || !missing_tables(self.unmeasured).is_empty();
        match (self.open.first(), self.last_sweep) {
            (Some(loudest), _) => emoji(loudest.life.severity),
            (None, Some(_)) if !is_blind => "✅",
            (None, _) => "➖",
        }
    }
}

pub fn health(voice: &Voice, overview: Overview<'_>) -> Message {
    let Overview {
        health,
        open,
        last_remediation,
        last_sweep,
        unmeasured,
        ..
    } = overview;
    let lines = [
        say!(voice, "last-sweep", when = when(voice, last_sweep)),
        say!(voice, "health-alerts", count = health.alerts_last_hour),
        say!(voice, "health-critical", count = health.critical_last_24h),
        say!(
            voice,
            "health-remediations",
            count = health.remediations_last_hour
        ),
        say!(
            voice,
            "health-failures",
            count = health.remediation_failures_24h
        ),
    ];
    let mut html = Html::new()
        .text(overview.mark())
        .text(" ")
        .bold(&say!(voice, "health-title"))
        .line();
    for line in &lines {
        html = html.text(line).line();
    }
    if let Some(row) = last_remediation {
        html = html.text(&last(voice, row)).line();
    }
    if let Some(line) = not_measured(voice, unmeasured) {
        html = html.text(&line).line();
    }
    let trends = chart(&say!(voice, "button-trends"), &ChartPress::All);
    Message::from(open_incidents(voice, html.line(), open)).with_buttons(vec![trends])
}

/// Which checks measure nothing, and which tables they miss.
fn not_measured(voice: &Voice, unmeasured: &[Unmeasured]) -> Option<String> {
    if unmeasured.is_empty() {
        return None;
    }
    let names = unmeasured.iter().map(|check| match check.missing_table() {
        Some(table) => say!(
            voice,
            "not-measured-without",
            check = check.source.clone(),
            table = table.to_owned()
        ),
        None => check.source.clone(),
    });
    let names: Vec<String> = names.collect();
    let names = clip(&names.join(", "), UNMEASURED_UNITS);
    Some(say!(voice, "not-measured-checks", checks = names))
}

fn when(voice: &Voice, sweep: Option<Timestamp>) -> String {
    sweep.map_or_else(|| say!(voice, "none-yet"), |at| voice.ago_and_when(at))
}

fn last(voice: &Voice, row: &RemediationRow) -> String {
    let status = voice
        .find(&format!("remediation-status-{}", row.status), &[])
        .unwrap_or_else(|| row.status.clone());
    say!(
        voice,
        "health-last-remediation",
        action = &row.action_name,
        status = status,
        when = voice.ago_and_when_written(&row.triggered_at)
    )
}

fn open_incidents(voice: &Voice, html: Html, open: &[Incident]) -> Html {
    if open.is_empty() {
        return html.text(&say!(voice, "incidents-none"));
    }
    let lines: Vec<Html> = open
        .iter()
        .take(INCIDENTS)
        .map(|incident| open_incident(voice, incident))
        .collect();
    let html = html
        .bold(&say!(voice, "incidents-open", count = open.len()))
        .list(voice, &lines, "/incident");
    match open.len() - lines.len() {
        0 => html,
        left => html
            .line()
            .italic(&say!(voice, "and-more", count = left, how = "/incident")),
    }
}

fn open_incident(voice: &Voice, incident: &Incident) -> Html {
    let found = finding(voice, incident.finding.as_ref(), &incident.message);
    Html::new()
        .text(&format!("{} ", emoji(incident.life.severity)))
        .text(&clip(&found, INCIDENT_UNITS))
        .line()
        .text("   ")
        .italic(&say!(
            voice,
            "incident-since",
            when = voice.ago_and_when(incident.life.opened_at),
            count = incident.life.occurrences
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
    pub reach: Reach,
    /// The checks that the last sweep could not measure.
    pub unmeasured: Vec<Unmeasured>,
    /// The host of a webhook that receives the updates, or received them recently.
    pub webhook: Option<String>,
}

/// How many chats get alerts, and which do not, and why.
fn chats(voice: &Voice, reach: &Reach) -> String {
    let count = reach.reachable + reach.lost.len();
    let all = say!(voice, "status-chats", count = count);
    let lost = reach.lost.iter().map(|(chat, reason)| {
        let reason = reason.as_ref().map(|reason| why_lost(voice, reason));
        say!(
            voice,
            "status-chat-lost",
            chat = chat.to_string(),
            reason = reason.unwrap_or_default()
        )
    });
    let nobody = reach.is_nobody().then(|| say!(voice, "status-nobody"));
    let lines: Vec<String> = [all].into_iter().chain(lost).chain(nobody).collect();
    lines.join("\n")
}

pub fn status(voice: &Voice, status: &Status<'_>) -> Message {
    let outbox = match status.outbox.oldest {
        Some(oldest) => say!(
            voice,
            "outbox-waiting",
            count = status.outbox.pending,
            oldest = voice.ago_and_when(oldest)
        ),
        None => say!(voice, "outbox-empty"),
    };
    let remediation = if status.remediation_enabled {
        say!(voice, "status-remediation-enabled")
    } else {
        say!(voice, "status-remediation-disabled")
    };
    let started = voice.ago_and_when(status.started_at);
    let webhook = status.webhook.as_ref().map(|host| {
        let host = clip(host, HOST_UNITS);
        say!(voice, "status-webhook", host = host)
    });
    let rows = [
        say!(voice, "status-running", when = started),
        say!(voice, "last-sweep", when = when(voice, status.last_sweep)),
        outbox,
        chats(voice, &status.reach),
        remediation,
        say!(voice, "status-database", database = status.database),
    ];
    let unmeasured = not_measured(voice, &status.unmeasured);
    let rows = rows.iter().chain(&unmeasured).chain(&webhook);
    let lines: Vec<Html> = rows.map(|row| Html::new().text(row)).collect();
    Html::new()
        .bold(&format!("sovani-ops {}", status.version))
        .list(voice, &lines, "/health")
        .into()
}
