//! Proposes one of a detector's remediations from below an alert.

use super::{Button, Press, PressError};
use crate::{
    actions::remedies,
    bot::proposing::propose,
    domain::Role,
    views::buttons::{REMEDIATE, RemediatePress, action_mark},
};

pub const BUTTON: Button = Button {
    name: REMEDIATE,
    role: Role::Admin,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let RemediatePress { detector, action } = press.payload.into();
    let registry = press.cx.settings.registry();
    let detector = registry.find(&detector).map_err(|_| PressError::Stale)?;
    let remedies = remedies(&press.cx.settings.get(), detector.name());
    let action = match action {
        None => None,
        Some(mark) => {
            let meant = remedies
                .iter()
                .find(|remedy| action_mark(remedy.name()) == mark);
            Some(meant.ok_or(PressError::Stale)?.name())
        }
    };
    press.end_spinner("").await;
    let address = press.below();
    propose(press.cx, detector, action, &press.user, address).await?;
    Ok(())
}
