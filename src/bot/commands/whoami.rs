use super::{Call, Command, CommandError, Reply, none};
use crate::{domain::Role, views::help};

pub const COMMAND: Command = Command {
    name: "whoami",
    args: "",
    about: "Your id and your role",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    none(call.args)?;
    Ok(Reply::Say(help::whoami(
        &call.user.name,
        call.user.id,
        call.role,
    )))
}
