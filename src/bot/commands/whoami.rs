use super::{Call, Command, CommandError, Reply, none};
use crate::{domain::Role, views::help};

pub const COMMAND: Command = Command {
    name: "whoami",
    args: "",
    role: Role::Viewer,
    is_deed: false,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    none(call.args)?;
    Ok(Reply::Say(help::whoami(
        &call.cx.voice(),
        &call.user.name,
        call.user.id,
        call.role,
    )))
}
