//! An alert, in the look that operators know.

use serde_json::Value;

use super::{Html, MESSAGE_LIMIT, Message, Voice, buttons, clip, duration, plain_text, say};
use crate::{
    db::ClosedIncident,
    domain::{Actor, Check, Reason, Severity},
};

/// A message longer than this is cut: the details must have room too.
const TEXT_UNITS: usize = 1500;
const VALUE_UNITS: usize = 300;
/// Why a chat can be lost, in the words of `telegram::Failure`.
const LOST: [&str; 7] = [
    "lost-blocked",
    "lost-removed",
    "lost-no-chat",
    "lost-no-account",
    "lost-no-group",
    "lost-not-started",
    "lost-no-rights",
];

pub fn emoji(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "ℹ️",
        Severity::Warning => "⚠️",
        Severity::Error => "❌",
        Severity::Critical => "🚨",
    }
}

/// A notification of a failing check. Errors and worse make a sound the first time; the rest and reminders do not.
pub fn alert(
    check: &Check,
    reason: Reason,
    occurrences: Option<i64>,
    can_remediate: bool,
) -> Message {
    let html = header(check);
    let html = match reason {
        Reason::Opened => html,
        Reason::Worsened { from } => html.line().italic(&format!("It was {from} before.")),
        Reason::Reminder { .. } => html.line().italic(&match occurrences {
            Some(count) => format!("Still failing, {count} checks so far."),
            None => "Still failing.".to_owned(),
        }),
    };
    let loud = check.severity >= Severity::Error && !matches!(reason, Reason::Reminder { .. });
    let remediate = can_remediate.then(|| buttons::remediate("🔧 Remediate", check.source));
    let row = remediate
        .into_iter()
        .chain([buttons::runbook("📖 Runbook", check.source)])
        .collect();
    let message = Message::from(details(html, check)).with_buttons(row);
    if loud { message } else { message.silent() }
}

/// The end of an incident, tied to the message that told of it.
pub fn resolved(incident: &ClosedIncident) -> Message {
    let html = Html::new()
        .text("✅ ")
        .bold("RESOLVED")
        .text(" | ")
        .text(&incident.source)
        .line()
        .line()
        .text(&clip(&incident.message, TEXT_UNITS))
        .line()
        .line()
        .italic(&format!(
            "Lasted {}.",
            duration(incident.closed_at.since(incident.opened_at))
        ));
    Message::from(html).silent()
}

/// The alert as the manager's chat gets it.
pub fn escalation(check: &Check, actor: Actor) -> Message {
    let asked_for = match actor {
        Actor::Scheduler => String::new(),
        Actor::Rest => " asked for over REST".to_owned(),
        Actor::User(id) => format!(" asked for by user {id}"),
    };
    let html = Html::new()
        .bold("Escalation")
        .text(&asked_for)
        .line()
        .then(&header(check));
    details(html, check).into()
}

/// A chat that messages no longer reach, told to the others.
pub fn lost_chat(voice: &Voice, chat_id: i64, reason: &str) -> Message {
    let reason = voice.translate(&LOST, reason);
    Html::new()
        .text(&say!(voice, "lost-chat"))
        .text(" ")
        .code(&chat_id.to_string())
        .text(&say!(voice, "lost-chat-why", reason = reason))
        .into()
}

/// Somebody else fetches the updates of this bot's token.
pub fn second_poller(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "second-poller")).into()
}

/// Says on top of a message that its topic is gone, if there is room: the message itself matters more.
pub fn lost_thread(voice: &Voice, markup: &str) -> String {
    with_remark(&say!(voice, "lost-topic"), markup)
}

/// Says on top of a message that its topic takes no messages, if there is room.
pub fn closed_thread(voice: &Voice, markup: &str) -> String {
    with_remark(&say!(voice, "closed-topic"), markup)
}

fn with_remark(remark: &str, markup: &str) -> String {
    let note = Html::new().italic(remark).line();
    let length = note.units() + plain_text(markup).encode_utf16().count();
    if length > MESSAGE_LIMIT {
        return markup.to_owned();
    }
    note.into_markup() + markup
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
        Value::Number(number) => Some(match number.as_f64() {
            Some(figure) if number.is_f64() => format!("{figure:.2}"),
            _ => number.to_string(),
        }),
        Value::Bool(yes) => Some(yes.to_string()),
    }
}
