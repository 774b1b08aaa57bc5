use super::{Call, Command, CommandError, Reply, detector};
use crate::{actions::mapping, bot::proposing::propose, domain::Role, views};

pub const COMMAND: Command = Command {
    name: "remediate",
    args: "[detector]",
    role: Role::Admin,
    is_deed: true,
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
        let mapping = mapping(&cx.settings.get());
        let mapped: Vec<_> = mapping
            .iter()
            .map(|(source, remedy)| (*source, remedy.name()))
            .collect();
        return Ok(Reply::Say(views::remediation::choices(
            &cx.voice(),
            &mapped,
        )));
    };
    propose(cx, detector, None, user, address.address()).await?;
    Ok(Reply::Said)
}
