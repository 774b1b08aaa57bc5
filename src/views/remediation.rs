//! Remediations: proposed, settled, done.

use super::{Html, Message, Voice, buttons, clip, say};
use crate::domain::{Aftermath, RemediationReport, RemediationStatus};

const DETAILS_UNITS: usize = 2000;

/// How a remediation went.
pub fn outcome(voice: &Voice, report: &RemediationReport) -> Message {
    let (mark, key) = match (report.status, report.aftermath) {
        (RemediationStatus::Failed, _) => ("❌", "outcome-failed"),
        (RemediationStatus::Success, Some(Aftermath::StillFailing)) => ("☑️", "outcome-done"),
        (RemediationStatus::Success, _) => ("✅", "outcome-succeeded"),
    };
    let seconds = voice.decimal(report.took.as_secs_f64(), 1);
    let mut html = Html::new()
        .text(mark)
        .text(" ")
        .bold(report.action_name)
        .text(" ")
        .text(&say!(voice, key, seconds = seconds, source = report.source))
        .line()
        .line()
        .text(&clip(&report.details, DETAILS_UNITS));
    if report.retry_count > 0 {
        html = html
            .line()
            .text(&say!(voice, "outcome-retries", count = report.retry_count));
    }
    let after = match report.aftermath {
        Some(Aftermath::Fixed) => say!(voice, "outcome-fixed"),
        Some(Aftermath::StillFailing) => say!(voice, "outcome-still-failing"),
        None => return html.into(),
    };
    html.line().line().text(&after).into()
}

/// A run that was cut off with the process that did it.
pub fn interrupted(voice: &Voice, action: &str) -> Message {
    Html::new()
        .text("⚠️ ")
        .bold(action)
        .text(" ")
        .text(&say!(voice, "interrupted"))
        .into()
}

/// The actions that can be proposed.
pub fn choices(voice: &Voice, mapped: &[(&str, &str)]) -> Message {
    let lines: Vec<Html> = mapped
        .iter()
        .map(|(source, action)| {
            Html::new()
                .code(&format!("/remediate {source}"))
                .line()
                .text("  ")
                .text(&say!(voice, "choices-runs", action = *action))
        })
        .collect();
    Html::new()
        .bold(&say!(voice, "choices-title"))
        .line()
        .text(&say!(voice, "choices-advice"))
        .list(voice, &lines, "/help")
        .into()
}

/// Asks for a confirmation of the proposal with this id.
pub fn proposal(voice: &Voice, id: i64, source: &str, action: &str, minutes: i64) -> Message {
    let html = proposed(voice, source, action)
        .text(&voice.text(&format!("action-{action}"), &[]))
        .line()
        .line()
        .italic(&say!(voice, "proposal-terms", minutes = minutes));
    Message::from(html).with_buttons(buttons::decide(voice, id))
}

pub fn running(voice: &Voice, source: &str, action: &str, by: &str) -> Message {
    settled(
        voice,
        source,
        action,
        &say!(voice, "proposal-running", by = by),
    )
}

pub fn cancelled(voice: &Voice, source: &str, action: &str, by: &str) -> Message {
    settled(
        voice,
        source,
        action,
        &say!(voice, "proposal-was-cancelled", by = by),
    )
}

pub fn expired(voice: &Voice, source: &str, action: &str) -> Message {
    settled(voice, source, action, &say!(voice, "proposal-has-expired"))
}

/// A confirmed proposal that could not be carried out.
pub fn refused(voice: &Voice, source: &str, action: &str, why: &str) -> Message {
    settled(voice, source, action, &say!(voice, "not-run", why = why))
}

/// Why an action is not run, as far as the chat is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal<'a> {
    Disabled,
    NoAction {
        source: &'a str,
        /// The detectors whose faults have one.
        remedied: Vec<&'a str>,
    },
    Busy {
        action: &'a str,
    },
    DatabaseDown,
}

pub fn refusal(voice: &Voice, refusal: &Refusal<'_>) -> String {
    match refusal {
        Refusal::Disabled => say!(voice, "refusal-disabled"),
        Refusal::NoAction { source, remedied } => say!(
            voice,
            "refusal-no-action",
            source = *source,
            others = remedied.join(", ")
        ),
        Refusal::Busy { action } => say!(voice, "refusal-busy", action = *action),
        Refusal::DatabaseDown => say!(voice, "database-down"),
    }
}

/// A press on a proposal that was decided before: `state` is the one it is in, `by` the person who decided.
pub fn too_late(voice: &Voice, state: &str, by: Option<&str>) -> String {
    let state = voice.text(&format!("proposal-{state}"), &[]);
    match by {
        Some(by) => say!(voice, "too-late-by", state = state, by = by),
        None => say!(voice, "too-late", state = state),
    }
}

fn settled(voice: &Voice, source: &str, action: &str, how: &str) -> Message {
    proposed(voice, source, action).text(how).into()
}

fn proposed(voice: &Voice, source: &str, action: &str) -> Html {
    Html::new()
        .text("🔧 ")
        .bold(action)
        .text(" ")
        .text(&say!(voice, "proposal-for", source = source))
        .line()
        .line()
}
