//! Messages about silences.

use chrono::Duration;

use super::{Html, Message, Voice, buttons, clip, finding, say};
use crate::domain::{Incident, Scope, Silence, SilencePhase};

const REASON_UNITS: usize = 200;
/// As many as a phone shows at once, with a button each.
const PAGE: usize = 6;
const FAULT_UNITS: usize = 120;

/// A silence, and the newest incident of the fault that it covers, if it covers one.
pub type Known = (Silence, Option<Incident>);

/// A page of active and planned silences after the first `offset`, each with a button to end it.
pub fn silences(voice: &Voice, silences: &[Known], offset: usize) -> Message {
    if silences.is_empty() {
        return Html::new().text(&say!(voice, "no-silences")).into();
    }
    let offset = offset.min((silences.len() - 1) / PAGE * PAGE);
    let shown = &silences[offset..silences.len().min(offset + PAGE)];
    let html = Html::new().bold(&say!(voice, "silences", count = silences.len()));
    let html = shown.iter().fold(html, |html, silence| {
        html.line().line().then(&described(voice, silence))
    });
    let mut message = Message::from(html);
    message.buttons = shown
        .iter()
        .map(|(silence, _)| vec![buttons::end_silence(voice, silence.id)])
        .collect();
    let back = offset.checked_sub(PAGE);
    let next = Some(offset + PAGE).filter(|next| *next < silences.len());
    message.with_buttons(buttons::pager(
        buttons::SILENCES,
        back.map(|offset| (say!(voice, "button-back"), offset)),
        next.map(|offset| (say!(voice, "button-next"), offset)),
    ))
}

/// A new silence, for the person who created it.
pub fn silence(voice: &Voice, known: &Known) -> Message {
    let (silence, _) = known;
    let message = Message::from(described(voice, known));
    match silence.phase(voice.now) {
        SilencePhase::Over => message,
        SilencePhase::Active | SilencePhase::Planned => {
            message.with_buttons(vec![buttons::end_silence(voice, silence.id)])
        }
    }
}

/// Another person created it first.
pub fn silenced_already(voice: &Voice, silence: &Silence) -> String {
    say!(
        voice,
        "silenced-already",
        name = silence.by.name.clone(),
        until = voice.moment(silence.ends_at)
    )
}

/// Another person ended it first, or it expired.
pub fn over_already(voice: &Voice, silence: &Silence) -> String {
    match &silence.ended {
        Some(mark) => say!(
            voice,
            "silence-ended-already",
            name = mark.by.name.clone(),
            at = voice.moment(mark.at)
        ),
        None => say!(voice, "silence-is-over-already"),
    }
}

fn described(voice: &Voice, (silence, fault): &Known) -> Html {
    let (starts, ends) = (
        voice.moment(silence.starts_at),
        voice.moment(silence.ends_at),
    );
    let when = match silence.phase(voice.now) {
        SilencePhase::Planned => say!(voice, "silence-planned", starts = starts, ends = ends),
        SilencePhase::Active => say!(
            voice,
            "silence-active",
            ends = ends,
            left = voice.duration(whole_minutes(silence.ends_at.since(voice.now)))
        ),
        SilencePhase::Over => match &silence.ended {
            Some(mark) => say!(
                voice,
                "silence-ended",
                name = mark.by.name.clone(),
                at = voice.moment(mark.at)
            ),
            None => say!(voice, "silence-over-since", ends = ends),
        },
    };
    let html = Html::new()
        .text(&format!("🔕 #{} ", silence.id))
        .bold(&scope(voice, &silence.scope, fault.as_ref()))
        .line()
        .text(&when)
        .line()
        .italic(&silence.by.name);
    match silence.reason.as_str() {
        "" => html,
        reason => html.italic(&format!(": {}", clip(reason, REASON_UNITS))),
    }
}

/// Rounds up, so that a duration reads as it was typed.
fn whole_minutes(length: Duration) -> Duration {
    Duration::minutes((length.num_seconds() + 59) / 60)
}

/// The scope of a silence. `fault` is the newest incident of a silenced fault.
pub(super) fn scope(voice: &Voice, scope: &Scope, fault: Option<&Incident>) -> String {
    match (scope, fault) {
        (Scope::All, _) => say!(voice, "silence-all"),
        (Scope::Detector(name), _) => name.clone(),
        (Scope::Fault(_), Some(incident)) => {
            let found = finding(voice, incident.finding.as_ref(), &incident.message);
            clip(&found, FAULT_UNITS)
        }
        (Scope::Fault(fingerprint), None) => {
            say!(
                voice,
                "silence-fault",
                fingerprint = fingerprint.to_string()
            )
        }
    }
}
