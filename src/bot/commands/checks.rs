use super::{Command, CommandError, CommandRequest, Reply, none};
use crate::{
    domain::Role,
    ops::checks,
    views::{self, ListedCheck},
};

pub const COMMAND: Command = Command {
    name: "checks",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(args)?;
    let known = checks::known(cx);
    let listed = known.iter().map(|known| ListedCheck {
        name: known.entry.name(),
        last: known.last.as_ref().map(|(at, check)| (*at, check)),
        next: known.next,
    });
    let listed: Vec<_> = listed.collect();
    Ok(Reply::Say(views::listed_checks(&cx.voice(), &listed)))
}
