//! Acknowledges the incidents that a digest showed.

use super::{Button, Press, PressError};
use crate::{
    db::Subject,
    domain::Role,
    ops::incidents,
    views::{
        buttons::{ACK_ALL, DigestPress},
        say,
    },
};

pub const BUTTON: Button = Button {
    name: ACK_ALL,
    role: Role::Admin,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let shown: DigestPress = press.payload.parse().map_err(|_| PressError::Stale)?;
    let count = incidents::acknowledge_all(press.cx, shown, &press.who()).await?;
    let voice = press.cx.voice();
    press
        .end_spinner(&say!(voice, "acknowledged-all", count = count))
        .await;
    press.keep_true(Subject::Digest(shown.digest)).await
}
