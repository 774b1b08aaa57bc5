use super::{Command, CommandError, CommandRequest, Reply, detector};
use crate::{
    detectors::Entry,
    domain::Role,
    views::{buttons, runbook, say},
};

pub const COMMAND: Command = Command {
    name: "runbook",
    args: "[detector]",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let voice = request.cx.voice();
    let Some(detector) = detector(request.cx, request.args)? else {
        let registry = request.cx.settings.registry();
        let explained = registry.iter().filter(|entry| entry.runbook().is_some());
        let names = explained.map(Entry::name);
        let buttons = names.map(|name| buttons::runbook(name, name));
        return Ok(Reply::Say(runbook::list(&voice, buttons.collect())));
    };
    let Some(markdown) = detector.runbook() else {
        let why = say!(voice, "no-runbook", source = detector.name());
        return Err(CommandError::Refused(why));
    };
    let first = runbook::runbook(&voice, detector.name(), markdown, 1);
    Ok(first.map_or(Reply::Said, Reply::Say))
}
