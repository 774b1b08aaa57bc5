//! The buttons below the standing message of an open incident.

use super::Card;
use crate::{
    domain::{Incident, Scope, Span},
    views::{
        Button, Voice,
        buttons::{
            ACK, ChartPress, REMEDIATE, RESOLVE, RUNBOOK, SILENCE, SilencePress, button, chart,
            end_silence,
        },
        say,
    },
};

/// Telegram's limit for a button's payload, in bytes.
const PAYLOAD_LIMIT: usize = 64;
const SPANS: [Span; 2] = [Span::hours(1), Span::hours(4)];

/// The buttons of an open incident.
pub fn buttons_below(voice: &Voice, card: Card<'_>) -> Vec<Vec<Button>> {
    let source = &card.incident.source;
    let mut rows = Vec::new();
    let changes = !card.reader.only_acknowledges;
    if card.incident.id != 0 {
        if changes || card.incident.life.acknowledged.is_none() {
            rows.push(vec![taking_on(voice, card.incident)]);
        }
        if changes {
            rows.push(silencing(voice, card));
        }
    }
    let remediate = (changes && card.can_remediate)
        .then(|| button(&say!(voice, "button-remediate"), REMEDIATE, source));
    let runbook = card
        .has_runbook
        .then(|| button(&say!(voice, "button-runbook"), RUNBOOK, source));
    // Another version's detector may have a long name, and Telegram rejects the whole message for one payload that is
    // too long.
    let fits = |button: &Button| button.data.len() <= PAYLOAD_LIMIT;
    rows.push(remediate.into_iter().chain(runbook).filter(fits).collect());
    // A row of its own, because a phone truncates three labels side by side.
    let trend = card.trend.map(|trend| ChartPress::Of(trend.to_owned()));
    let label = say!(voice, "button-trend");
    rows.push(
        trend
            .map(|press| chart(&label, &press))
            .into_iter()
            .collect(),
    );
    rows.retain(|row| !row.is_empty());
    rows
}

/// After an acknowledgement the button resolves the incident.
fn taking_on(voice: &Voice, incident: &Incident) -> Button {
    let id = incident.id.to_string();
    match incident.life.acknowledged {
        None => button(&say!(voice, "button-acknowledge"), ACK, &id),
        Some(_) => button(&say!(voice, "button-resolve"), RESOLVE, &id),
    }
}

fn silencing(voice: &Voice, card: Card<'_>) -> Vec<Button> {
    match card.silence {
        None => SPANS
            .iter()
            .map(|span| {
                let press = SilencePress {
                    incident: card.incident.id,
                    span: *span,
                };
                let label = say!(
                    voice,
                    "button-silence",
                    length = voice.duration(span.duration())
                );
                button(&label, SILENCE, &press.to_string())
            })
            .collect(),
        // A silence that also covers other incidents is not ended here.
        Some(silence) => match silence.scope {
            Scope::Fault(_) => vec![end_silence(voice, silence.id)],
            Scope::All | Scope::Detector(_) => Vec::new(),
        },
    }
}
