//! An incident in a chat: its standing message, and the notices on it.

use super::{Html, Message, Voice, alert::emoji, buttons, clip, details, finding, help::note, say};
use crate::{
    db::RemediationRow,
    domain::{Actor, Check, End, Incident, Mark, Reason, Severity, Silence},
};

/// A finding longer than this is cut: the details must have room too.
const TEXT_UNITS: usize = 1500;
const REASON_UNITS: usize = 200;

/// What the standing message shows.
#[derive(Clone, Copy)]
pub struct Card<'a> {
    pub incident: &'a Incident,
    /// What keeps its notifications back, if anything does.
    pub silence: Option<&'a Silence>,
    /// The newest run of an action for it.
    pub remedy: Option<&'a RemediationRow>,
    /// Whether its remediation can be proposed.
    pub can_remediate: bool,
    /// The name of the trend that can be shown of it.
    pub trend: Option<&'a str>,
}

/// The standing message. An incident that has ended has no buttons any more.
pub fn card(voice: &Voice, card: Card<'_>) -> Message {
    let Card { incident, .. } = card;
    if let Some(end) = &incident.life.end {
        return ended(voice, card, end).into();
    }
    let html = figures(
        voice,
        header(voice, incident.life.severity, &incident.source)
            .line()
            .line()
            .text(&found(voice, incident)),
        incident,
    );
    let lines = [
        Some(repeats(voice, incident)),
        acknowledged(voice, incident),
        silenced(voice, card.silence),
        remedied(voice, card.remedy),
        escalated(voice, incident),
    ];
    let html = lines
        .into_iter()
        .flatten()
        .fold(html.line(), |html, line| html.line().italic(&line));
    let mut message = Message::from(html);
    message.buttons = buttons::below(voice, card);
    message
}

/// A notice on the standing message; `None` when it does not stand any more.
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

/// The alert as the manager's chat gets it from the action that tells the manager.
pub fn called_in(voice: &Voice, check: &Check, actor: Actor) -> Message {
    let title = match actor {
        Actor::Scheduler | Actor::Terminal | Actor::Nobody => say!(voice, "called-in"),
        Actor::Rest => say!(voice, "called-in-over-rest"),
        Actor::Token(name) => say!(voice, "called-in-with-token", name = name.to_string()),
        Actor::User(id) => say!(voice, "called-in-by", id = id.to_string()),
    };
    let html = Html::new()
        .bold(&title)
        .line()
        .then(&header(voice, check.severity, check.source))
        .line()
        .line()
        .text(&clip(
            &finding(voice, check.source, &check.message, &check.extras),
            TEXT_UNITS,
        ));
    with_details(voice, html, check.source, &check.extras).into()
}

/// What became of somebody's deed.
pub fn answer(id: i64, done: &str) -> Message {
    note(&format!("#{id}: {done}"))
}

/// Somebody else was faster.
pub fn taken_on_already(voice: &Voice, mark: &Mark) -> String {
    say!(
        voice,
        "acknowledged-already",
        name = mark.by.name.clone(),
        at = voice.moment(mark.at)
    )
}

/// There is nothing left to be done about it.
pub fn closed_already(voice: &Voice, end: &End) -> String {
    match end {
        End::ByHand(mark) => say!(
            voice,
            "resolved-already-by",
            name = mark.by.name.clone(),
            at = voice.moment(mark.at)
        ),
        End::Passed { at } => say!(voice, "resolved-already", at = voice.moment(*at)),
    }
}

fn ended(voice: &Voice, card: Card<'_>, end: &End) -> Html {
    let Card {
        incident, remedy, ..
    } = card;
    let lines = [
        Some(lasted(voice, incident)),
        by_hand(voice, end),
        remedied(voice, remedy),
        acknowledged(voice, incident),
        escalated(voice, incident),
    ];
    let html = resolved_header(voice, incident)
        .text(&format!("{} ", emoji(incident.life.severity)))
        .text(&found(voice, incident))
        .line();
    lines
        .into_iter()
        .flatten()
        .fold(html, |html, line| html.line().italic(&line))
}

/// The end of an incident, tied to its standing message. `None` when it is open: it has been opened since.
fn resolved(voice: &Voice, incident: &Incident) -> Option<Message> {
    let end = incident.life.end.as_ref()?;
    let html = resolved_header(voice, incident)
        .text(&found(voice, incident))
        .line()
        .line()
        .italic(&lasted(voice, incident));
    let html = match by_hand(voice, end) {
        Some(line) => html.line().italic(&line),
        None => html,
    };
    Some(html.into())
}

fn resolved_header(voice: &Voice, incident: &Incident) -> Html {
    Html::new()
        .text("✅ ")
        .bold(&say!(voice, "resolved"))
        .text(&format!(" | {}", incident.source))
        .line()
        .line()
}

fn header(voice: &Voice, level: Severity, source: &str) -> Html {
    Html::new()
        .text(emoji(level))
        .text(" ")
        .bold(&voice.severity(level).to_uppercase())
        .text(&format!(" | {source}"))
}

fn found(voice: &Voice, incident: &Incident) -> String {
    let found = finding(voice, &incident.source, &incident.message, &incident.extras);
    clip(&found, TEXT_UNITS)
}

fn figures(voice: &Voice, html: Html, incident: &Incident) -> Html {
    with_details(voice, html, &incident.source, &incident.extras)
}

fn with_details(voice: &Voice, html: Html, source: &str, extras: &crate::domain::Extras) -> Html {
    let lines = details(voice, source, extras);
    if lines.is_empty() {
        return html;
    }
    html.line()
        .line()
        .bold(&say!(voice, "details"))
        .list(voice, &lines, "/run")
}

fn repeats(voice: &Voice, incident: &Incident) -> String {
    let life = &incident.life;
    let (since, last) = (
        voice.moment(life.opened_at),
        voice.moment(life.last_seen_at),
    );
    if incident.id == 0 {
        return say!(voice, "not-recorded", since = since);
    }
    say!(
        voice,
        "failing-since",
        id = incident.id.to_string(),
        since = since,
        count = life.occurrences,
        last = last
    )
}

fn acknowledged(voice: &Voice, incident: &Incident) -> Option<String> {
    let mark = incident.life.acknowledged.as_ref()?;
    Some(say!(
        voice,
        "acknowledged-by",
        name = mark.by.name.clone(),
        at = voice.moment(mark.at)
    ))
}

fn silenced(voice: &Voice, silence: Option<&Silence>) -> Option<String> {
    let silence = silence?;
    let line = say!(
        voice,
        "silenced-by",
        name = silence.by.name.clone(),
        until = voice.moment(silence.ends_at)
    );
    Some(match silence.reason.as_str() {
        "" => line,
        reason => format!("{line}: {}", clip(reason, REASON_UNITS)),
    })
}

/// What was done about it last, and what that came to.
fn remedied(voice: &Voice, remedy: Option<&RemediationRow>) -> Option<String> {
    let run = remedy?;
    let outcome = match (run.status.as_str(), run.verified.as_deref()) {
        ("success", Some("fixed")) => say!(voice, "remedy-fixed"),
        ("success", Some("still_failing")) => say!(voice, "remedy-still-failing"),
        ("success", _) => say!(voice, "remedy-done"),
        ("interrupted", _) => say!(voice, "remedy-interrupted"),
        _ => say!(voice, "remedy-failed"),
    };
    Some(say!(
        voice,
        "remedied",
        action = run.action_name.clone(),
        at = voice.moment(run.triggered_at),
        outcome = outcome
    ))
}

fn escalated(voice: &Voice, incident: &Incident) -> Option<String> {
    let at = incident.life.escalated_at?;
    Some(say!(voice, "escalated-at", at = voice.moment(at)))
}

fn lasted(voice: &Voice, incident: &Incident) -> String {
    say!(
        voice,
        "lasted",
        duration = voice.duration(incident.life.lasted(voice.now))
    )
}

fn by_hand(voice: &Voice, end: &End) -> Option<String> {
    match end {
        End::Passed { .. } => None,
        End::ByHand(mark) => Some(say!(voice, "resolved-by", name = mark.by.name.clone())),
    }
}
