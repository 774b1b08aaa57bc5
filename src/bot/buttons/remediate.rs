//! Proposes a remediation from below an alert.

use super::{Button, Press, PressError};
use crate::{bot::proposing::propose, detectors, domain::Role, views::buttons::REMEDIATE};

pub const BUTTON: Button = Button {
    name: REMEDIATE,
    role: Role::Admin,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let detector = detectors::find(press.payload).map_err(|_| PressError::Stale)?;
    press.end_spinner("").await;
    let address = press.below();
    propose(press.cx, detector, &press.user, address).await?;
    Ok(())
}
