//! The buttons for incidents and silences.

use std::{fmt, str::FromStr};

use super::{NotAPress, button};
use crate::{
    db::Digest,
    domain::Span,
    views::{Button, Voice, say},
};

pub const ACK: &str = "ack";
pub const ACK_ALL: &str = "ack_all";
pub const RESOLVE: &str = "resolve";
pub const SILENCE: &str = "silence";
pub const SILENCES: &str = "silences";
pub const UNSILENCE: &str = "unsilence";
pub const INCIDENTS: &str = "incidents";

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

/// Acknowledges what a digest showed: `12:3` are the incidents of digest 12 after it had grown three times.
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

/// Opens the list of incidents: `12` turns the page to those after the first twelve, `new` sends a new list.
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
