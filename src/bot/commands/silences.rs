use super::{Call, Command, CommandError, Reply, none};
use crate::{domain::Role, ops::silences, views};

pub const COMMAND: Command = Command {
    name: "silences",
    args: "",
    role: Role::Viewer,
    is_deed: false,
    run: |call| Box::pin(run(call)),
};

async fn run(Call { cx, args, .. }: Call<'_>) -> Result<Reply, CommandError> {
    none(args)?;
    let standing = silences::standing(cx).await?;
    Ok(Reply::Say(views::silences::silences(
        &cx.voice(),
        &standing,
        0,
    )))
}
