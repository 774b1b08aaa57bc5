//! Reports the commands that were ignored.

use super::{commands::Ignored, unintended::Unintended};
use crate::{
    context::Context,
    domain::ChatTarget,
    telegram::Address,
    views::{Voice, ignored as views, say},
};

pub async fn tell(cx: &Context, chat: i64, ignored: &[Ignored], left_out: usize) {
    let voice = cx.voice();
    let lines: Vec<_> = ignored
        .iter()
        .map(|ignored| views::Line {
            command: &ignored.command,
            why: why(&voice, ignored.unintended),
        })
        .collect();
    let address = ignored.last().map_or_else(
        || Address::from(ChatTarget::new(chat, None)),
        |last| last.address.address(),
    );
    let message = views::ignored(&voice, &lines, left_out);
    if let Err(failure) = cx.telegram.reply(address, &message).await {
        tracing::warn!(%failure, "a chat does not hear of what was not done");
    }
}

fn why(voice: &Voice, unintended: Unintended) -> String {
    match unintended {
        Unintended::Forwarded => say!(voice, "ignored-forwarded"),
        Unintended::ViaBot => say!(voice, "ignored-via-bot"),
        Unintended::Edited => say!(voice, "ignored-edited"),
        Unintended::Scheduled => say!(voice, "ignored-scheduled"),
        Unintended::Caption => say!(voice, "ignored-caption"),
        Unintended::Old(age) => say!(voice, "ignored-old", ago = voice.duration(age)),
    }
}
