//! Notices about an incident, sent as replies to its message.

use super::{
    emoji,
    ended::{ended_header, lasted, then_and_now},
    found,
};
use crate::{
    domain::{Incident, Reason},
    views::{Html, Message, Voice, say},
};

/// A notice about an incident; `None` if it is outdated.
pub fn notice(voice: &Voice, incident: &Incident, reason: Reason) -> Option<Message> {
    let life = &incident.life;
    if reason == Reason::Resolved {
        return resolved(voice, incident);
    }
    let nobody_waits = matches!(reason, Reason::Reminder { .. } | Reason::Escalated);
    if !life.is_open() || (nobody_waits && life.acknowledged.is_some()) {
        return None;
    }
    let (mark, title) = match reason {
        Reason::Reminder { .. } => (
            emoji(life.severity),
            say!(voice, "still-failing", count = life.occurrences),
        ),
        Reason::Worsened { from } => (
            emoji(life.severity),
            say!(
                voice,
                "worsened",
                from = voice.severity(from),
                now = voice.severity(life.severity)
            ),
        ),
        Reason::SilenceOver => ("🔔", say!(voice, "silence-over")),
        Reason::Escalated => (
            "⏫",
            say!(
                voice,
                "escalation",
                waited = voice.duration(voice.now.since(life.called_at.unwrap_or(life.opened_at)))
            ),
        ),
        Reason::Opened | Reason::Resolved => (emoji(life.severity), say!(voice, "opened-again")),
    };
    let html = Html::new()
        .text(mark)
        .text(" ")
        .bold(&title)
        .line()
        .text(&found(voice, incident))
        .line()
        .line()
        .text(&say!(
            voice,
            "acknowledge-with",
            id = incident.id.to_string()
        ));
    Some(html.into())
}

/// The end of an incident, tied to its standing message. `None` when it is open: it has been opened since.
fn resolved(voice: &Voice, incident: &Incident) -> Option<Message> {
    let end = incident.life.end.as_ref()?;
    let html = ended_header(voice, incident, end)
        .then(&then_and_now(voice, incident, end, true))
        .line()
        .italic(&lasted(voice, incident));
    Some(html.into())
}
