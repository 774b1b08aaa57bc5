//! A runbook at a tap.

use super::{Button, Press, PressError};
use crate::{
    detectors,
    domain::Role,
    telegram::Address,
    views::{self, buttons::RUNBOOK},
};

pub const BUTTON: Button = Button {
    name: RUNBOOK,
    role: Role::Viewer,
    press: |press| Box::pin(show(press)),
};

async fn show(press: Press<'_>) -> Result<(), PressError> {
    let detector = detectors::find(press.payload).map_err(|_| PressError::Stale)?;
    press.acknowledge("").await;
    let address = Address {
        to: press.chat,
        reply_to: Some(press.message_id),
    };
    press
        .cx
        .telegram
        .reply(address, &views::runbook::runbook(detector.runbook))
        .await?;
    Ok(())
}
