//! An alert, in the look that operators know.

use serde_json::Value;

use super::{Html, Message, clip};
use crate::domain::{Check, Reason, Severity};

/// A message longer than this is cut: the details must have room too.
const TEXT_UNITS: usize = 1500;
const VALUE_UNITS: usize = 300;

pub fn emoji(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "ℹ️",
        Severity::Warning => "⚠️",
        Severity::Error => "❌",
        Severity::Critical => "🚨",
    }
}

/// A notification of a failing check. Errors and worse make a sound the first time; the rest and reminders do not.
pub fn alert(check: &Check, reason: Reason, occurrences: i64) -> Message {
    let html = header(check);
    let html = match reason {
        Reason::Opened => html,
        Reason::Worsened { from } => html.line().italic(&format!("It was {from} before.")),
        Reason::Reminder { .. } => html
            .line()
            .italic(&format!("Still failing, {occurrences} checks so far.")),
    };
    let loud = check.severity >= Severity::Error && !matches!(reason, Reason::Reminder { .. });
    Message {
        silent: !loud,
        ..details(html, check).into()
    }
}

/// The alert as the manager's chat gets it.
pub fn escalation(check: &Check, requested_by: &str) -> Message {
    let html = Html::new()
        .bold("Escalation")
        .text(" requested by ")
        .text(requested_by)
        .line()
        .then(&header(check));
    details(html, check).into()
}

/// A chat that messages no longer reach, told to the others.
pub fn lost_chat(chat_id: i64, reason: &str) -> Message {
    Html::new()
        .text("⚠️ Alerts no longer reach chat ")
        .code(&chat_id.to_string())
        .text(&format!(
            ": {reason}. Mend it or take it out of ALERT_CHAT_IDS; a restart tries it again."
        ))
        .into()
}

/// Somebody else fetches the updates of this bot's token.
pub fn second_poller() -> Message {
    Html::new()
        .text("⚠️ Another program answers as this bot: commands may get lost. Stop it, or give it a token of its own. ")
        .text("Alerts go on.")
        .into()
}

/// Said on top of a message whose topic is gone.
pub fn lost_thread(markup: &str) -> String {
    below("The topic of this alert does not exist any more.", markup)
}

/// Said on top of a message whose topic takes no messages.
pub fn closed_thread(markup: &str) -> String {
    below("The topic of this alert is closed.", markup)
}

fn below(remark: &str, markup: &str) -> String {
    Html::new().italic(remark).line().into_markup() + markup
}

fn header(check: &Check) -> Html {
    Html::new()
        .text(emoji(check.severity))
        .text(" ")
        .bold(&check.severity.as_str().to_uppercase())
        .text(" | ")
        .text(check.source)
        .line()
        .line()
        .text(&clip(&check.message, TEXT_UNITS))
}

fn details(html: Html, check: &Check) -> Html {
    let lines: Vec<Html> = check
        .extras
        .iter()
        .filter_map(|(key, value)| {
            let value = clip(&inline(value)?, VALUE_UNITS);
            Some(Html::new().text(&format!("  • {key}: {value}")))
        })
        .collect();
    if lines.is_empty() {
        return html;
    }
    html.line()
        .line()
        .bold("Details:")
        .lines(&lines, "ask with /run")
}

/// A value on one line; `None` for what is not there.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            let pairs: Vec<String> = map
                .iter()
                .filter_map(|(key, value)| Some(format!("{key} {}", inline(value)?)))
                .collect();
            Some(pairs.join(", "))
        }
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(inline)
                .collect::<Vec<_>>()
                .join(", "),
        ),
        other => Some(other.to_string()),
    }
}
