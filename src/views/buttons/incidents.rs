//! The buttons that deal with incidents and silences.

use std::{fmt, str::FromStr};

use super::{ChartPress, NotAPress, REMEDIATE, RUNBOOK, button, chart};
use crate::{
    db::Digest,
    domain::{Incident, Scope, Span},
    views::{Button, Voice, incident::Card, say},
};

pub const ACK: &str = "ack";
pub const ACK_ALL: &str = "ack_all";
pub const RESOLVE: &str = "resolve";
pub const SILENCE: &str = "silence";
pub const SILENCES: &str = "silences";
pub const UNSILENCE: &str = "unsilence";
pub const INCIDENTS: &str = "incidents";

/// Telegram's limit for what a button sends back, in bytes.
const PAYLOAD_LIMIT: usize = 64;
const SPANS: [Span; 2] = [Span::hours(1), Span::hours(4)];

/// Silences an incident for some time: `7:1h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilencePress {
    pub incident: i64,
    pub span: Span,
}

impl fmt::Display for SilencePress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.incident, self.span)
    }
}

impl FromStr for SilencePress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let (incident, span) = payload.split_once(':').ok_or(NotAPress)?;
        Ok(Self {
            incident: incident.parse().map_err(|_| NotAPress)?,
            span: span.parse().map_err(|_| NotAPress)?,
        })
    }
}

/// Takes on what a digest showed: `12:3` are the incidents of digest 12 when it had grown three times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestPress {
    pub digest: i64,
    pub growth: i64,
}

impl fmt::Display for DigestPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.digest, self.growth)
    }
}

impl FromStr for DigestPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let (digest, growth) = payload.split_once(':').ok_or(NotAPress)?;
        Ok(Self {
            digest: digest.parse().map_err(|_| NotAPress)?,
            growth: growth.parse().map_err(|_| NotAPress)?,
        })
    }
}

/// Shows open incidents: `12` turns the list to those after the first twelve, `new` begins a list of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentsPress {
    New,
    Turn(i64),
}

impl fmt::Display for IncidentsPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("new"),
            Self::Turn(offset) => write!(f, "{offset}"),
        }
    }
}

impl FromStr for IncidentsPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        if payload == "new" {
            return Ok(Self::New);
        }
        let offset = payload.parse().ok().filter(|offset| *offset >= 0);
        offset.map(Self::Turn).ok_or(NotAPress)
    }
}

/// What can be done about an open incident, below its standing message.
pub fn below(voice: &Voice, card: Card<'_>) -> Vec<Vec<Button>> {
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

pub fn end_silence(voice: &Voice, silence: i64) -> Button {
    let id = silence.to_string();
    let label = say!(voice, "button-unsilence", id = id.clone());
    button(&label, UNSILENCE, &id)
}

pub fn below_digest(voice: &Voice, digest: &Digest) -> Vec<Vec<Button>> {
    let take_on = (digest.open > digest.acknowledged).then(|| {
        let label = say!(voice, "button-acknowledge-all");
        let press = DigestPress {
            digest: digest.id,
            growth: digest.growth,
        };
        vec![button(&label, ACK_ALL, &press.to_string())]
    });
    let list = button(
        &say!(voice, "button-open-incidents"),
        INCIDENTS,
        &IncidentsPress::New.to_string(),
    );
    take_on.into_iter().chain([vec![list]]).collect()
}
