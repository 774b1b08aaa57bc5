//! The buttons below messages. What is before the colon names the button, what follows is its own.

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

/// Confirms a proposed remediation, or calls it off.
pub fn decide(proposal: i64) -> Vec<Button> {
    vec![
        button("✅ Confirm", PROPOSAL, &format!("{proposal}:yes")),
        button("✖️ Cancel", PROPOSAL, &format!("{proposal}:no")),
    ]
}

fn button(text: &str, name: &str, payload: &str) -> Button {
    Button {
        text: text.to_owned(),
        data: format!("{name}:{payload}"),
    }
}
