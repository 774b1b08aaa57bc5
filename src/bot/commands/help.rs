use super::{Call, Command, CommandError, Reply, entries, none};
use crate::{domain::Role, views};

pub const COMMAND: Command = Command {
    name: "help",
    args: "",
    about: "What this bot can do for you",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    none(call.args)?;
    Ok(Reply::Say(views::help::help(&entries(call.role))))
}
