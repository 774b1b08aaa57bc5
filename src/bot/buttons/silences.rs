//! Turns the pages of the silences.

use super::{Button, Press, PressError};
use crate::{
    domain::Role,
    ops::silences,
    views::{self, buttons::SILENCES},
};

pub const BUTTON: Button = Button {
    name: SILENCES,
    role: Role::Viewer,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let offset = press.payload.parse().map_err(|_| PressError::Stale)?;
    press.end_spinner("").await;
    let standing = silences::standing(press.cx).await?;
    let page = views::silences::silences(&press.cx.voice(), &standing, offset);
    press.replace(&page).await;
    Ok(())
}
