//! The standing message of an incident.

use super::{
    Card,
    below::buttons_below,
    ended::{ended_header, lasted, then_and_now},
    found, header, with_details,
};
use crate::{
    db::RemediationRow,
    domain::{End, Incident, Silence},
    views::{Html, Message, Voice, clip, say},
};

const REASON_UNITS: usize = 200;

/// The message of an incident. A closed incident has no buttons.
pub fn card(voice: &Voice, card: Card<'_>) -> Message {
    let Card { incident, .. } = card;
    if let Some(end) = &incident.life.end {
        return ended(voice, card, end).into();
    }
    let html = figures(
        voice,
        for_information(voice, card)
            .then(&header(voice, incident.life.severity, &incident.source))
            .line()
            .line()
            .text(&found(voice, incident)),
        incident,
    );
    let lines = [
        Some(repeats(voice, incident)),
        comes_and_goes(voice, card),
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
    message.buttons = buttons_below(voice, card);
    message
}

/// The first line of the manager's copy, until the incident is escalated.
fn for_information(voice: &Voice, card: Card<'_>) -> Html {
    if card.reader.is_informed && card.incident.life.escalated_at.is_none() {
        Html::new().italic(&say!(voice, "for-information")).line()
    } else {
        Html::new()
    }
}

fn ended(voice: &Voice, card: Card<'_>, end: &End) -> Html {
    let Card {
        incident, remedy, ..
    } = card;
    let lines = [
        Some(lasted(voice, incident)),
        remedied(voice, remedy),
        acknowledged(voice, incident),
        escalated(voice, incident),
    ];
    let html = ended_header(voice, incident, end).then(&then_and_now(voice, incident, end, false));
    lines
        .into_iter()
        .flatten()
        .fold(html, |html, line| html.line().italic(&line))
}

fn figures(voice: &Voice, html: Html, incident: &Incident) -> Html {
    with_details(voice, html, incident.finding.as_ref(), &incident.extras)
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

/// The reason why it does not end as soon as others.
fn comes_and_goes(voice: &Voice, card: Card<'_>) -> Option<String> {
    Some(say!(
        voice,
        "comes-and-goes",
        count = card.incident.life.returns,
        passes = card.calm_passes?
    ))
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

/// The latest remediation and its outcome.
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
        at = match &run.triggered_at {
            Ok(at) => voice.moment(*at),
            Err(text) => text.clone(),
        },
        outcome = outcome
    ))
}

fn escalated(voice: &Voice, incident: &Incident) -> Option<String> {
    let at = incident.life.escalated_at?;
    Some(say!(voice, "escalated-at", at = voice.moment(at)))
}
