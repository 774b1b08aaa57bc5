use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    domain::Role,
    ops::audit,
    views::{self, say},
};

const DEFAULT: i64 = 5;
/// With more rows, each would be too short.
pub const MOST: i64 = 10;

pub const COMMAND: Command = Command {
    name: "audit",
    args: "[n]",
    role: Role::Admin,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let voice = cx.voice();
    let count = match args {
        [] => DEFAULT,
        [count] => count
            .parse()
            .ok()
            .filter(|count| (1..=MOST).contains(count))
            .ok_or_else(|| CommandError::Usage(Some(say!(voice, "usage-audit", most = MOST))))?,
        _ => return Err(CommandError::Usage(None)),
    };
    let page = cx.db.audit_page(count, None).await?.unwrap_or_default();
    let names = audit::names(cx, &page.rows).await?;
    Ok(Reply::Say(views::audit(&voice, &page, count, &names)))
}
