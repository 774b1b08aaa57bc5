use super::{Command, CommandError, CommandRequest, Reply, none};
use crate::{domain::Role, views::help};

pub const COMMAND: Command = Command {
    name: "whoami",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(request.args)?;
    Ok(Reply::Say(help::whoami(
        &request.cx.voice(),
        &request.user.name,
        request.user.id,
        request.role,
    )))
}
