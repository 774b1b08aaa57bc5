use super::{Call, Command, CommandError, Reply, detector};
use crate::{actions::ACTIONS, bot::proposing::propose, domain::Role, views};

pub const COMMAND: Command = Command {
    name: "remediate",
    args: "[detector]",
    role: Role::Admin,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    let Call {
        cx,
        args,
        user,
        address,
        ..
    } = call;
    let Some(detector) = detector(&cx.voice(), args)? else {
        let mapped = ACTIONS
            .iter()
            .flat_map(|action| action.mapped_to.iter().map(|source| (*source, action.name)));
        return Ok(Reply::Say(views::remediation::choices(
            &cx.voice(),
            &mapped.collect::<Vec<_>>(),
        )));
    };
    propose(cx, detector, user, address.address()).await?;
    Ok(Reply::Said)
}
