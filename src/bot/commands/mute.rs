use std::sync::Arc;

use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    context::Context,
    db::NewSilence,
    domain::{Role, Scope, Span, Who},
    ops::silences,
    views::{self, help::note, say},
};

pub const COMMAND: Command = Command {
    name: "mute",
    args: "<length|off>",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let CommandRequest { cx, args, .. } = request;
    let [length] = args else {
        return Err(CommandError::Usage(None));
    };
    let who = request.who();
    if length == "off" {
        return unmute(cx, &who).await;
    }
    let voice = cx.voice();
    let span: Span = length
        .parse()
        .map_err(|_| CommandError::Usage(Some(say!(voice, "silence-length"))))?;
    let new = NewSilence {
        scope: Scope::All,
        reason: String::new(),
        who,
        starts_at: voice.now,
        ends_at: voice.now + span.duration(),
    };
    let begun = silences::begin(cx, &new).await?;
    Ok(Reply::Say(views::silences::silence(&voice, &begun)))
}

/// Ends every active mute; planned ones remain.
async fn unmute(cx: &Arc<Context>, who: &Who) -> Result<Reply, CommandError> {
    let voice = cx.voice();
    let text = if silences::end_all(cx, &Scope::All, who).await? > 0 {
        say!(voice, "silence-is-over")
    } else {
        say!(voice, "silence-is-over-already")
    };
    Ok(Reply::Say(note(&text)))
}
