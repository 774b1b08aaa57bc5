use super::{Command, CommandError, CommandRequest, Reply, entries, none};
use crate::{domain::Role, views};

pub const COMMAND: Command = Command {
    name: "help",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(request.args)?;
    let voice = request.cx.voice();
    let entries = entries(&voice, request.role);
    Ok(Reply::Say(views::help::help(&voice, &entries)))
}
