//! Ends a silence.

use super::{Button, Press, PressError};
use crate::{
    domain::Role,
    ops::silences::{self, SilenceError},
    views::{self, buttons::UNSILENCE, say},
};

pub const BUTTON: Button = Button {
    name: UNSILENCE,
    role: Role::Admin,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let cx = press.cx;
    let id = press.payload.parse().map_err(|_| PressError::Stale)?;
    let voice = cx.voice();
    let told = match silences::end(cx, id, &press.who()).await {
        Ok(_) => say!(voice, "silence-is-over"),
        Err(SilenceError::Over(silence)) => views::silences::over_already(&voice, &silence),
        Err(SilenceError::Unknown(_)) => return Err(PressError::Stale),
        Err(SilenceError::Database(error)) => return Err(error.into()),
    };
    press.end_spinner(&told).await;
    let (chat, message) = (press.chat.chat_id, press.message_id);
    if let Some(subject) = cx.db.subject_of(chat, i64::from(message)).await? {
        return press.keep_true(subject).await;
    }
    // Below the list of silences.
    let list = views::silences::silences(&voice, &silences::standing(cx).await?, 0);
    press.replace(&list).await;
    Ok(())
}
