use super::{Command, CommandError, CommandRequest, Reply, detector};
use crate::{
    detectors::DETECTORS,
    domain::Role,
    views::{buttons, runbook},
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
    let Some(detector) = detector(&voice, request.args)? else {
        let buttons = DETECTORS
            .iter()
            .map(|detector| buttons::runbook(detector.name, detector.name));
        return Ok(Reply::Say(runbook::list(&voice, buttons.collect())));
    };
    let first = runbook::runbook(&voice, detector.name, detector.runbook, 1);
    Ok(first.map_or(Reply::Said, Reply::Say))
}
