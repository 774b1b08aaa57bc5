//! Turns the pages of `/audit`.

use super::{Button, Press, PressError};
use crate::{
    bot::commands::audit::MOST,
    domain::Role,
    ops::audit,
    views::{
        self,
        buttons::{AUDIT, AuditPress},
    },
};

pub const BUTTON: Button = Button {
    name: AUDIT,
    role: Role::Admin,
    press: |press| Box::pin(turn(press)),
};

async fn turn(press: Press<'_>) -> Result<(), PressError> {
    let AuditPress { count, turn } = press.payload.parse().map_err(|_| PressError::Stale)?;
    if !(1..=MOST).contains(&count) {
        return Err(PressError::Stale);
    }
    let page = press.cx.db.audit_page(count, Some(turn)).await?;
    let page = page.ok_or(PressError::Stale)?;
    press.end_spinner("").await;
    let names = audit::names(press.cx, &page.rows).await?;
    let message = views::audit(&press.cx.voice(), &page, count, &names);
    press.replace(&message).await;
    Ok(())
}
