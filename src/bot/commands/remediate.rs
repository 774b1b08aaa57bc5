use super::{Command, CommandError, CommandRequest, Reply, detector};
use crate::{actions::mapping, bot::proposing::propose, domain::Role, views};

pub const COMMAND: Command = Command {
    name: "remediate",
    args: "[detector]",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let CommandRequest {
        cx,
        args,
        user,
        address,
        ..
    } = request;
    let Some(detector) = detector(cx, args)? else {
        let registry = cx.settings.registry();
        let mapping = mapping(&cx.settings.get(), &registry);
        let mapped: Vec<_> = mapping
            .iter()
            .map(|(source, remedy)| (*source, remedy.name()))
            .collect();
        return Ok(Reply::Say(views::remediation::choices(
            &cx.voice(),
            &mapped,
        )));
    };
    propose(cx, &detector, None, user, address.address()).await?;
    Ok(Reply::Said)
}
