use super::{Command, CommandError, CommandRequest, Reply};
use crate::{domain::Role, views::help};

pub const COMMAND: Command = Command {
    name: "start",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

// Telegram's clients add an argument when the bot is opened through a link.
async fn run(request: CommandRequest<'_>) -> Result<Reply, CommandError> {
    Ok(Reply::Say(help::welcome(
        &request.cx.voice(),
        &request.user.name,
        request.role,
    )))
}
