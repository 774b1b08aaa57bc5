use super::{Command, CommandError, CommandRequest, Reply, none};
use crate::{domain::Role, views};

pub const COMMAND: Command = Command {
    name: "health",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(args)?;
    let health = cx.db.ops_health().await?;
    let open = cx.db.open_incidents().await?;
    let last = cx.db.last_remediation().await?;
    let overview = views::Overview {
        health: &health,
        open: &open,
        last_remediation: last.as_ref(),
        last_sweep: cx.sweeps.last(),
        unmeasured: &cx.db.unmeasured().await?,
        checks: cx.settings.registry().runnable().len(),
    };
    Ok(Reply::Say(views::health(&cx.voice(), overview)))
}
