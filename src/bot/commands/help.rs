use super::{Call, Command, CommandError, Reply, entries, none};
use crate::{domain::Role, views};

pub const COMMAND: Command = Command {
    name: "help",
    args: "",
    role: Role::Viewer,
    is_deed: false,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    none(call.args)?;
    let voice = call.cx.voice();
    let entries = entries(&voice, call.role);
    Ok(Reply::Say(views::help::help(&voice, &entries)))
}
