use super::{Command, CommandError, CommandRequest, Reply, none};
use crate::{domain::Role, ops::silences, views};

pub const COMMAND: Command = Command {
    name: "silences",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(args)?;
    let standing = silences::standing(cx).await?;
    Ok(Reply::Say(views::silences::silences(
        &cx.voice(),
        &standing,
        0,
    )))
}
