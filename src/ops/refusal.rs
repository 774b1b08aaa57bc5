//! Why an action was not run, as the chat is told.

use super::remediation::RemediationError;
use crate::{
    actions,
    views::{
        Voice,
        remediation::{Refusal, refusal},
    },
};

pub fn in_words(voice: &Voice, error: &RemediationError) -> String {
    let why = match error {
        RemediationError::Disabled => Refusal::Disabled,
        RemediationError::NoAction(source) => Refusal::NoAction {
            source,
            remedied: actions::remedied(),
        },
        RemediationError::Busy(action) => Refusal::Busy { action },
        RemediationError::Database(_) => Refusal::DatabaseDown,
    };
    refusal(voice, &why)
}
