//! Reports the commands that were ignored.

use super::{commands::Undone, doubt::Doubt};
use crate::{
    context::Context,
    domain::ChatTarget,
    telegram::Address,
    views::{Voice, say, undone as views},
};

pub async fn tell(cx: &Context, chat: i64, undone: &[Undone], left_out: usize) {
    let voice = cx.voice();
    let lines: Vec<_> = undone
        .iter()
        .map(|undone| views::Line {
            command: &undone.command,
            why: why(&voice, undone.doubt),
        })
        .collect();
    let address = undone.last().map_or_else(
        || Address::from(ChatTarget::new(chat, None)),
        |last| last.address.address(),
    );
    let message = views::undone(&voice, &lines, left_out);
    if let Err(failure) = cx.telegram.reply(address, &message).await {
        tracing::warn!(%failure, "a chat does not hear of what was not done");
    }
}

fn why(voice: &Voice, doubt: Doubt) -> String {
    match doubt {
        Doubt::Forwarded => say!(voice, "undone-forwarded"),
        Doubt::ViaBot => say!(voice, "undone-via-bot"),
        Doubt::Edited => say!(voice, "undone-edited"),
        Doubt::Scheduled => say!(voice, "undone-scheduled"),
        Doubt::Caption => say!(voice, "undone-caption"),
        Doubt::Old(age) => say!(voice, "undone-old", ago = voice.duration(age)),
    }
}
