//! Silences the fault of an incident for some time.

use super::{Button, Press, PressError};
use crate::{
    db::{NewSilence, Subject},
    domain::{Role, Scope},
    ops::silences,
    views::{
        buttons::{SILENCE, SilencePress},
        incident as said, say,
        silences::silenced_already,
    },
};

pub const BUTTON: Button = Button {
    name: SILENCE,
    role: Role::Admin,
    press: |press| Box::pin(run(press)),
};

async fn run(press: Press<'_>) -> Result<(), PressError> {
    let cx = press.cx;
    let SilencePress { incident: id, span } =
        press.payload.parse().map_err(|_| PressError::Stale)?;
    let incident = cx.db.incident(id).await?.ok_or(PressError::Stale)?;
    let voice = cx.voice();
    let told = if let Some(end) = &incident.life.end {
        said::closed_already(&voice, end)
    } else {
        let new = NewSilence {
            scope: Scope::Fault(incident.fingerprint),
            reason: String::new(),
            who: press.who(),
            starts_at: voice.now,
            ends_at: voice.now + span.duration(),
        };
        match silences::begin_first(cx, &new).await? {
            Ok(silence) => say!(voice, "silenced", until = voice.moment(silence.ends_at)),
            Err(earlier) => silenced_already(&voice, &earlier),
        }
    };
    press.end_spinner(&told).await;
    press.keep_true(Subject::Card(id)).await
}
