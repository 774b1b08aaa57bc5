use super::{Call, Command, CommandError, Reply};
use crate::{domain::Role, views::help};

pub const COMMAND: Command = Command {
    name: "start",
    args: "",
    role: Role::Viewer,
    is_deed: false,
    run: |call| Box::pin(run(call)),
};

// Telegram's clients add an argument when the bot is opened through a link.
async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    Ok(Reply::Say(help::welcome(
        &call.cx.voice(),
        &call.user.name,
        call.role,
    )))
}
