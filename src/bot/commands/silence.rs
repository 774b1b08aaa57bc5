use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    context::Context,
    db::NewSilence,
    domain::{Role, Scope, Silence, Span, Timestamp, one_line, starting},
    ops::silences,
    views::{self, Voice, say},
};

pub const COMMAND: Command = Command {
    name: "silence",
    args: "<detector|incident|all> [from <start>] <length> [reason]",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let CommandRequest { cx, args, .. } = request;
    let voice = cx.voice();
    let [what, rest @ ..] = args else {
        return Err(CommandError::Usage(None));
    };
    let (starts_at, span, reason) =
        parse(&voice, rest).map_err(|text| CommandError::Usage(Some(text)))?;
    let new = NewSilence {
        scope: scope(cx, &voice, what).await?,
        reason,
        who: request.who(),
        starts_at,
        ends_at: starts_at + span.duration(),
    };
    let begun = silences::begin(cx, &new).await?;
    Ok(Reply::Say(views::silences::silence(&cx.voice(), &begun)))
}

/// The arguments after the scope: start, duration and reason.
fn parse(voice: &Voice, args: &[String]) -> Result<(Timestamp, Span, String), String> {
    let (start, rest) = match args {
        [from, start, rest @ ..] if from == "from" => (Some(start), rest),
        rest => (None, rest),
    };
    let starts_at = match start {
        Some(start) => {
            starting(start, voice.now, voice.zone).ok_or_else(|| say!(voice, "silence-start"))?
        }
        None => voice.now,
    };
    let [length, reason @ ..] = rest else {
        return Err(say!(voice, "silence-length"));
    };
    let span = length.parse().map_err(|_| say!(voice, "silence-length"))?;
    let reason = one_line(&reason.join(" "));
    if reason.chars().count() > Silence::REASON_MAX {
        return Err(say!(voice, "silence-reason", most = Silence::REASON_MAX));
    }
    Ok((starts_at, span, reason))
}

async fn scope(cx: &Context, voice: &Voice, what: &str) -> Result<Scope, CommandError> {
    if let Ok(id) = what.trim_start_matches('#').parse::<i64>() {
        let incident = cx.db.incident(id).await?.ok_or_else(|| {
            CommandError::Refused(say!(voice, "no-such-incident", id = id.to_string()))
        })?;
        return Ok(Scope::Fault(incident.fingerprint));
    }
    let scope = what.parse().unwrap_or_else(|never| match never {});
    match &scope {
        Scope::Detector(name) if cx.settings.registry().find(name).is_err() => {
            Err(CommandError::Usage(Some(say!(voice, "silence-what"))))
        }
        _ => Ok(scope),
    }
}
