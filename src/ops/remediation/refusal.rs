//! Translates a refused remediation for the chat.

use super::RemediationError;
use crate::views::{
    Voice,
    remediation::{RemediationRefusal, refusal},
};

pub fn in_words(voice: &Voice, error: &RemediationError) -> String {
    let why = match error {
        RemediationError::Disabled => RemediationRefusal::Disabled,
        RemediationError::NoAction { detector, others } => RemediationRefusal::NoAction {
            source: detector,
            remedied: others.iter().map(String::as_str).collect(),
        },
        RemediationError::NotOfDetector { detector, .. } => {
            RemediationRefusal::NotOfDetector { source: detector }
        }
        RemediationError::Busy(action) => RemediationRefusal::Busy { action },
        RemediationError::Off(action) => RemediationRefusal::Off { action },
        RemediationError::NeedsTwo(action) => RemediationRefusal::NeedsTwo { action },
        RemediationError::Changed(action) => RemediationRefusal::Changed { action },
        RemediationError::HeldBack(held) => RemediationRefusal::HeldBack { held: *held },
        RemediationError::Database(_) => RemediationRefusal::DatabaseDown,
    };
    refusal(voice, &why)
}
