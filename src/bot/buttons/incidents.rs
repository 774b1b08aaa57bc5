//! Turns the pages of the open incidents.

use super::{Button, Press, PressError};
use crate::{
    bot::commands::incident::page,
    domain::Role,
    views::buttons::{INCIDENTS, IncidentsPress},
};

pub const BUTTON: Button = Button {
    name: INCIDENTS,
    role: Role::Viewer,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let cx = press.cx;
    let turn = press.payload.parse().map_err(|_| PressError::Stale)?;
    press.end_spinner("").await;
    match turn {
        IncidentsPress::New => {
            let address = press.below();
            cx.telegram.reply(address, &page(cx, 0).await?).await?;
        }
        IncidentsPress::Turn(offset) => {
            let page = page(cx, offset).await?;
            press.replace(&page).await;
        }
    }
    Ok(())
}
