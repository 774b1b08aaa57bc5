//! The buttons below messages. A payload is the button's name, a colon, and the button's own data.

mod incidents;

use std::{fmt, str::FromStr};

pub use self::incidents::{
    ACK, ACK_ALL, DigestPress, INCIDENTS, IncidentsPress, RESOLVE, SILENCE, SILENCES, SilencePress,
    UNSILENCE, below_digest, end_silence,
};

use super::{Button, Voice, say};
use crate::{
    db::Turn,
    domain::{Fingerprint, Severity},
};

pub const CHART: &str = "chart";
pub const ALERTS: &str = "alerts";
pub const AUDIT: &str = "audit";
pub const RUNBOOK: &str = "runbook";
pub const REMEDIATE: &str = "remediate";
pub const PROPOSAL: &str = "proposal";
/// How much of an action's fingerprint a button sends.
const MARK_LENGTH: usize = 8;
/// In place of a severity, or of a trend.
const ANY: &str = "all";

/// Shows a detector's runbook.
pub fn runbook(label: &str, detector: &str) -> Button {
    button(label, RUNBOOK, detector)
}

/// Proposes one of the actions of a detector.
pub fn remediate_with(detector: &str, action: &str) -> Button {
    let press = RemediatePress {
        detector: detector.to_owned(),
        action: Some(action_mark(action)),
    };
    button(action, REMEDIATE, &press.to_string())
}

/// Represents an action's name, which may be too long for a button.
pub fn action_mark(action: &str) -> String {
    let mut mark = Fingerprint::of(REMEDIATE, action).to_string();
    mark.truncate(MARK_LENGTH);
    mark
}

/// Proposes a remediation of a detector's faults: `check_db_growth`, or with the mark of one action after a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemediatePress {
    pub detector: String,
    pub action: Option<String>,
}

impl fmt::Display for RemediatePress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Some(action) => write!(f, "{}:{action}", self.detector),
            None => f.write_str(&self.detector),
        }
    }
}

impl From<&str> for RemediatePress {
    fn from(payload: &str) -> Self {
        let (detector, action) = match payload.split_once(':') {
            Some((detector, action)) => (detector, Some(action.to_owned())),
            None => (payload, None),
        };
        Self {
            detector: detector.to_owned(),
            action,
        }
    }
}

/// Buttons to the previous and next page, if they exist.
pub(super) fn pager<P: fmt::Display>(
    name: &str,
    back: Option<(String, P)>,
    on: Option<(String, P)>,
) -> Vec<Button> {
    let turns = back.into_iter().chain(on);
    turns
        .map(|(label, press)| button(&label, name, &press.to_string()))
        .collect()
}

/// Turns a page of the history: `critical:5:<1234` shows five critical alerts older than the one with that id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertsPress {
    pub severity: Option<Severity>,
    pub count: i64,
    pub turn: Turn,
}

impl fmt::Display for AlertsPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.map_or(ANY, Severity::as_str);
        write!(f, "{severity}:{}:{}", self.count, mark(self.turn))
    }
}

impl FromStr for AlertsPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let mut parts = payload.splitn(3, ':');
        let mut part = || parts.next().ok_or(NotAPress);
        let severity = match part()? {
            ANY => None,
            severity => Some(severity.parse().map_err(|_| NotAPress)?),
        };
        let count = part()?.parse().map_err(|_| NotAPress)?;
        let turn = turn(part()?)?;
        Ok(Self {
            severity,
            count,
            turn,
        })
    }
}

/// Turns a page of the audit: `5:<1234` shows five rows before the one with that id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPress {
    pub count: i64,
    pub turn: Turn,
}

impl fmt::Display for AuditPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, mark(self.turn))
    }
}

impl FromStr for AuditPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let (count, way) = payload.split_once(':').ok_or(NotAPress)?;
        let count = count.parse().map_err(|_| NotAPress)?;
        let turn = turn(way)?;
        Ok(Self { count, turn })
    }
}

fn mark(turn: Turn) -> String {
    match turn {
        Turn::Older(id) => format!("<{id}"),
        Turn::Newer(id) => format!(">{id}"),
    }
}

fn turn(text: &str) -> Result<Turn, NotAPress> {
    let id = |text: &str| text.parse().map_err(|_| NotAPress);
    match (text.strip_prefix('<'), text.strip_prefix('>')) {
        (Some(older), _) => Ok(Turn::Older(id(older)?)),
        (_, Some(newer)) => Ok(Turn::Newer(id(newer)?)),
        _ => Err(NotAPress),
    }
}

/// Shows a detector's runbook: `check_db_growth` from its beginning, `check_db_growth:2` turns to a page of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookPress {
    pub detector: String,
    /// Counted from 1.
    pub page: Option<usize>,
}

impl fmt::Display for RunbookPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.page {
            Some(page) => write!(f, "{}:{page}", self.detector),
            None => f.write_str(&self.detector),
        }
    }
}

impl FromStr for RunbookPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let (detector, page) = match payload.split_once(':') {
            Some((detector, page)) => (detector, Some(page.parse().map_err(|_| NotAPress)?)),
            None => (payload, None),
        };
        Ok(Self {
            detector: detector.to_owned(),
            page,
        })
    }
}

/// Shows trends in a picture: `all`, or `cash`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartPress {
    All,
    Of(String),
}

/// Opens one trend, or a choice of several.
pub fn chart(label: &str, press: &ChartPress) -> Button {
    button(label, CHART, &press.to_string())
}

impl fmt::Display for ChartPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => ANY,
            Self::Of(trend) => trend,
        })
    }
}

impl FromStr for ChartPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        match payload {
            "" => Err(NotAPress),
            ANY => Ok(Self::All),
            trend => Ok(Self::Of(trend.to_owned())),
        }
    }
}

/// The payload of the two buttons below a proposal, after the name: `7:yes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposalPress {
    pub id: i64,
    pub answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not what this button sends")]
pub struct NotAPress;

/// Confirms or cancels the proposal with this id.
pub fn decide(voice: &Voice, id: i64) -> Vec<Button> {
    let press = |answer| ProposalPress { id, answer }.to_string();
    vec![
        button(
            &say!(voice, "button-confirm"),
            PROPOSAL,
            &press(Answer::Yes),
        ),
        button(&say!(voice, "button-cancel"), PROPOSAL, &press(Answer::No)),
    ]
}

impl fmt::Display for ProposalPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = match self.answer {
            Answer::Yes => "yes",
            Answer::No => "no",
        };
        write!(f, "{}:{answer}", self.id)
    }
}

impl FromStr for ProposalPress {
    type Err = NotAPress;

    fn from_str(payload: &str) -> Result<Self, NotAPress> {
        let (id, answer) = payload.split_once(':').ok_or(NotAPress)?;
        let answer = match answer {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            _ => return Err(NotAPress),
        };
        let id = id.parse().map_err(|_| NotAPress)?;
        Ok(Self { id, answer })
    }
}

pub(super) fn button(text: &str, name: &str, payload: &str) -> Button {
    Button {
        text: text.to_owned(),
        data: format!("{name}:{payload}"),
    }
}
