//! The buttons below messages. What is before the colon names the button, what follows is its own.

use std::{fmt, str::FromStr};

use super::Button;

pub const RUNBOOK: &str = "runbook";
pub const REMEDIATE: &str = "remediate";
pub const PROPOSAL: &str = "proposal";

/// Shows a detector's runbook.
pub fn runbook(label: &str, detector: &str) -> Button {
    button(label, RUNBOOK, detector)
}

/// Proposes the remediation of a detector's fault.
pub fn remediate(detector: &str) -> Button {
    button("🔧 Remediate", REMEDIATE, detector)
}

/// What follows the name of the two buttons below a proposal: `7:yes`.
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

/// Confirms the proposal with this id, or calls it off.
pub fn decide(id: i64) -> Vec<Button> {
    let press = |answer| ProposalPress { id, answer }.to_string();
    vec![
        button("✅ Confirm", PROPOSAL, &press(Answer::Yes)),
        button("✖️ Cancel", PROPOSAL, &press(Answer::No)),
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

fn button(text: &str, name: &str, payload: &str) -> Button {
    Button {
        text: text.to_owned(),
        data: format!("{name}:{payload}"),
    }
}
