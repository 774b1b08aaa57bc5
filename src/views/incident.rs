//! An incident in a chat: its standing message, and the notices on it.

mod below;
mod card;
mod ended;
mod notice;

pub use self::{
    card::card,
    ended::{BY_HAND, UNWATCHED, end_mark},
    notice::notice,
};
use super::{Html, Message, Voice, alert::emoji, clip, details, finding, help::note, say};
use crate::{
    db::RemediationRow,
    domain::{Actor, By, Check, End, Extras, Finding, Incident, Mark, Severity, Silence},
};

/// A finding longer than this is cut: the details must have room too.
const TEXT_UNITS: usize = 1500;

/// The content of an incident's message.
#[derive(Clone, Copy)]
pub struct Card<'a> {
    pub incident: &'a Incident,
    /// The silence that applies, if any.
    pub silence: Option<&'a Silence>,
    /// The newest run of an action for it.
    pub remedy: Option<&'a RemediationRow>,
    /// Tells if its remediation can be proposed.
    pub can_remediate: bool,
    /// Tells if there is a runbook of its source.
    pub has_runbook: bool,
    /// The name of the trend that can be shown of it.
    pub trend: Option<&'a str>,
    /// The passing checks in a row that end it, where that is more than usual because its fault comes and goes.
    pub calm_passes: Option<u32>,
    pub reader: Reader,
}

/// The reader of an incident's message. By default somebody who may do everything with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// The manager, whose copy is for information until the incident is escalated.
    pub is_informed: bool,
    /// They may acknowledge it, and change nothing else.
    pub only_acknowledges: bool,
}

/// The finding of a check, as the manager's chat gets it where there is no incident.
pub fn called_in(voice: &Voice, check: &Check, by: &By) -> Message {
    let title = match by.actor {
        Actor::Scheduler | Actor::Jobs | Actor::Terminal | Actor::Nobody => {
            say!(voice, "for-information")
        }
        Actor::Rest | Actor::Token(_) | Actor::User(_) => {
            say!(voice, "for-information-from", name = by.name.clone())
        }
    };
    let html = Html::new()
        .bold(&title)
        .line()
        .then(&header(voice, check.severity, &check.source))
        .line()
        .line()
        .text(&clip(
            &finding(voice, &check.finding, &check.message),
            TEXT_UNITS,
        ));
    with_details(voice, html, &check.finding, &check.extras).into()
}

/// The outcome of an operation.
pub fn answer(id: i64, done: &str) -> Message {
    note(&format!("#{id}: {done}"))
}

/// Another person was faster.
pub fn taken_on_already(voice: &Voice, mark: &Mark) -> String {
    say!(
        voice,
        "acknowledged-already",
        name = mark.by.name.clone(),
        at = voice.moment(mark.at)
    )
}

/// The incident is closed, so no operation is possible.
pub fn closed_already(voice: &Voice, end: &End) -> String {
    match end {
        End::ByHand(mark) => say!(
            voice,
            "resolved-already-by",
            name = mark.by.name.clone(),
            at = voice.moment(mark.at)
        ),
        End::Passed { at } => say!(voice, "resolved-already", at = voice.moment(*at)),
        End::Unwatched { at } => say!(voice, "unwatched-already", at = voice.moment(*at)),
    }
}

fn header(voice: &Voice, level: Severity, source: &str) -> Html {
    Html::new()
        .text(emoji(level))
        .text(" ")
        .bold(&voice.severity(level).to_uppercase())
        .text(&format!(" | {source}"))
}

fn found(voice: &Voice, incident: &Incident) -> String {
    let found = finding(voice, incident.finding.as_ref(), &incident.message);
    clip(&found, TEXT_UNITS)
}

fn with_details<'a>(
    voice: &Voice,
    html: Html,
    found: impl Into<Option<&'a Finding>>,
    extras: &Extras,
) -> Html {
    let lines = details(voice, found, extras);
    if lines.is_empty() {
        return html;
    }
    html.line()
        .line()
        .bold(&say!(voice, "details"))
        .list(voice, &lines, "/run")
}
