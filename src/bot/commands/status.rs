use super::{Command, CommandError, CommandRequest, Reply, none};
use crate::{domain::Role, ops::readiness, views};

pub const COMMAND: Command = Command {
    name: "status",
    args: "",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    none(args)?;
    let settings = cx.settings.get();
    Ok(Reply::Say(views::status(
        &cx.voice(),
        &views::Status {
            version: env!("CARGO_PKG_VERSION"),
            started_at: cx.started_at,
            last_sweep: cx.sweeps.last(),
            outbox: cx.db.outbox_depth().await?,
            database: &settings.database_url.to_string(),
            remediation_enabled: settings.remediation_enabled,
            reach: readiness::reach(cx).await?,
            unmeasured: cx.db.unmeasured().await?,
            webhook: cx.webhooks.of_late(),
        },
    )))
}
