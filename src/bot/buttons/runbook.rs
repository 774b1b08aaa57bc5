//! A button that shows a runbook, and its pages.

use super::{Button, Press, PressError};
use crate::{
    domain::Role,
    views::{
        buttons::{RUNBOOK, RunbookPress},
        runbook,
    },
};

pub const BUTTON: Button = Button {
    name: RUNBOOK,
    role: Role::Viewer,
    press: |press| Box::pin(show(press)),
};

/// Below an alert, the runbook comes as a reply of its own; below a runbook's page, the new page replaces it.
async fn show(press: Press<'_>) -> Result<(), PressError> {
    let RunbookPress { detector, page } = press.payload.parse().map_err(|_| PressError::Stale)?;
    let registry = press.cx.settings.registry();
    let markdown = registry.runbook(&detector).ok_or(PressError::Stale)?;
    let (voice, number) = (press.cx.voice(), page.unwrap_or(1));
    let message = runbook::runbook(&voice, &detector, markdown, number).ok_or(PressError::Stale)?;
    press.end_spinner("").await;
    if page.is_some() {
        press.replace(&message).await;
        return Ok(());
    }
    let address = press.below();
    press.cx.telegram.reply(address, &message).await?;
    Ok(())
}
