//! A runbook at a tap.

use super::{Button, Press, PressError};
use crate::{
    detectors::{self, Detector},
    domain::Role,
    telegram::Address,
    views,
};

const NAME: &str = "runbook";

pub const BUTTON: Button = Button {
    name: NAME,
    role: Role::Viewer,
    press: |press| Box::pin(show(press)),
};

pub fn button(detector: &Detector) -> views::Button {
    views::Button {
        text: detector.name.to_owned(),
        data: format!("{NAME}:{}", detector.name),
    }
}

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
