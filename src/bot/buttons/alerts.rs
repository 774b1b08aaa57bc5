//! Turns the pages of `/alerts`.

use super::{Button, Press, PressError};
use crate::{
    bot::commands::alerts::MOST,
    domain::Role,
    views::{
        self,
        buttons::{ALERTS, AlertsPress},
    },
};

pub const BUTTON: Button = Button {
    name: ALERTS,
    role: Role::Viewer,
    press: |press| Box::pin(turn(press)),
};

async fn turn(press: Press<'_>) -> Result<(), PressError> {
    let AlertsPress {
        severity,
        count,
        turn,
    } = press.payload.parse().map_err(|_| PressError::Stale)?;
    if !(1..=MOST).contains(&count) {
        return Err(PressError::Stale);
    }
    let page = press.cx.db.alerts_page(severity, count, Some(turn)).await?;
    let page = page.ok_or(PressError::Stale)?;
    press.end_spinner("").await;
    let message = views::alerts(&press.cx.voice(), &page, severity, count);
    press.replace(&message).await;
    Ok(())
}
