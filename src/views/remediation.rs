//! Remediations: proposed, settled, done.

use super::{Html, Message, buttons, clip};
use crate::domain::{Aftermath, RemediationReport, RemediationStatus};

const DETAILS_UNITS: usize = 2000;

/// How a remediation went.
pub fn outcome(report: &RemediationReport) -> Message {
    let (mark, word) = match (report.status, report.aftermath) {
        (RemediationStatus::Failed, _) => ("❌", "failed"),
        (RemediationStatus::Success, Some(Aftermath::StillFailing)) => ("☑️", "done"),
        (RemediationStatus::Success, _) => ("✅", "succeeded"),
    };
    let mut html = Html::new()
        .text(mark)
        .text(" ")
        .bold(report.action_name)
        .text(&format!(
            " {word} in {:.1}s for {}",
            report.took.as_secs_f64(),
            report.source
        ))
        .line()
        .line()
        .text(&clip(&report.details, DETAILS_UNITS));
    if report.retry_count > 0 {
        html = html
            .line()
            .text(&format!("Retries: {}", report.retry_count));
    }
    let after = match report.aftermath {
        Some(Aftermath::Fixed) => "The check passes now.",
        Some(Aftermath::StillFailing) => "The check still fails.",
        None => return html.into(),
    };
    html.line().line().text(after).into()
}

/// A run that was cut off with the process that did it.
pub fn interrupted(action: &str) -> Message {
    Html::new()
        .text("⚠️ ")
        .bold(action)
        .text(" was interrupted by a restart. See whether the fault is gone: /run")
        .into()
}

/// The actions that can be proposed.
pub fn choices(mapped: &[(&str, &str)]) -> Message {
    let lines: Vec<Html> = mapped
        .iter()
        .map(|(source, action)| {
            Html::new()
                .code(&format!("/remediate {source}"))
                .line()
                .text(&format!("  runs {action}"))
        })
        .collect();
    Html::new()
        .bold("Remediation")
        .line()
        .text("Name the check to remediate:")
        .lines(&lines, "/help")
        .into()
}

/// Asks for a confirmation of the proposal with this id.
pub fn proposal(id: i64, source: &str, action: &str, about: &str, minutes: i64) -> Message {
    let html = proposed(source, action)
        .text(about)
        .line()
        .line()
        .italic(&format!(
            "Runs only after an administrator confirms, within {minutes} minutes."
        ));
    Message::from(html).with_buttons(buttons::decide(id))
}

pub fn running(source: &str, action: &str, by: &str) -> Message {
    proposed(source, action)
        .text(&format!("⏳ Confirmed by {by}, running…"))
        .into()
}

pub fn cancelled(source: &str, action: &str, by: &str) -> Message {
    proposed(source, action)
        .text(&format!("✖️ Cancelled by {by}. Nothing was run."))
        .into()
}

pub fn expired(source: &str, action: &str) -> Message {
    proposed(source, action)
        .text("⌛ Expired without a confirmation. Nothing was run.")
        .into()
}

/// A confirmed proposal that could not be carried out.
pub fn refused(source: &str, action: &str, why: &str) -> Message {
    proposed(source, action)
        .text(&format!("❌ Not run: {why}"))
        .into()
}

fn proposed(source: &str, action: &str) -> Html {
    Html::new()
        .text("🔧 ")
        .bold(action)
        .text(&format!(" for {source}"))
        .line()
        .line()
}
