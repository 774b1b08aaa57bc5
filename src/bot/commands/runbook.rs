use super::{Call, Command, CommandError, Reply, detector};
use crate::{
    detectors::DETECTORS,
    domain::Role,
    views::{buttons, runbook},
};

pub const COMMAND: Command = Command {
    name: "runbook",
    args: "[detector]",
    about: "What to do when a check fails",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    Ok(Reply::Say(match detector(call.args)? {
        Some(detector) => runbook::runbook(detector.runbook),
        None => runbook::list(
            DETECTORS
                .iter()
                .map(|detector| buttons::runbook(detector.name, detector.name))
                .collect(),
        ),
    }))
}
