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

/// Telegram's limit for what a button sends back, in bytes.
const PAYLOAD_LIMIT: usize = 64;
const SPANS: [Span; 2] = [Span::hours(1), Span::hours(4)];

/// The buttons of an open incident.
pub fn buttons_below(voice: &Voice, card: Card<'_>) -> Vec<Vec<Button>> {
    let source = &card.incident.source;
    let mut rows = Vec::new();
    if card.incident.id != 0 {
        rows.push(vec![taking_on(voice, card.incident)]);
        rows.push(silencing(voice, card));
    }
    let remediate = card
        .can_remediate
        .then(|| button(&say!(voice, "button-remediate"), REMEDIATE, source));
    let runbook = card
        .has_runbook
        .then(|| button(&say!(voice, "button-runbook"), RUNBOOK, source));
    // A detector of another version may have any name, and a payload too long costs Telegram's refusal of it all.
    let fits = |button: &Button| button.data.len() <= PAYLOAD_LIMIT;
    rows.push(remediate.into_iter().chain(runbook).filter(fits).collect());
    // In a row of its own: three labels side by side are cut on a phone.
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

/// Whoever has taken an incident on can end it by hand.
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
        // One that covers more is not ended from one of those that it covers.
        Some(silence) => match silence.scope {
            Scope::Fault(_) => vec![end_silence(voice, silence.id)],
            Scope::All | Scope::Detector(_) => Vec::new(),
        },
    }
}
