//! Why an action was not run, as the chat is told.

use super::RemediationError;
use crate::views::{
    Voice,
    remediation::{Refusal, refusal},
};

pub fn in_words(voice: &Voice, error: &RemediationError) -> String {
    let why = match error {
        RemediationError::Disabled => Refusal::Disabled,
        RemediationError::NoAction { detector, others } => Refusal::NoAction {
            source: detector,
            remedied: others.clone(),
        },
        RemediationError::NotOfDetector { detector, .. } => {
            Refusal::NotOfDetector { source: detector }
        }
        RemediationError::Busy(action) => Refusal::Busy { action },
        RemediationError::Off(action) => Refusal::Off { action },
        RemediationError::NeedsTwo(action) => Refusal::NeedsTwo { action },
        RemediationError::Changed(action) => Refusal::Changed { action },
        RemediationError::HeldBack(held) => Refusal::HeldBack { held: *held },
        RemediationError::Database(_) => Refusal::DatabaseDown,
    };
    refusal(voice, &why)
}
