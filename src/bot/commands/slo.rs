use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    charts,
    domain::Role,
    ops,
    views::{self, say},
};

const MOST_DAYS: u64 = 90;

pub const COMMAND: Command = Command {
    name: "slo",
    args: "[days]",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let days = match args {
        [] => ops::slo::DEFAULT_DAYS,
        [days] => days
            .parse()
            .ok()
            .filter(|days| (1..=MOST_DAYS).contains(days))
            .ok_or_else(|| {
                CommandError::Usage(Some(say!(cx.voice(), "usage-days", most = MOST_DAYS)))
            })?,
        _ => return Err(CommandError::Usage(None)),
    };
    let (from, to) = ops::slo::last_days(cx, days);
    let compliance = ops::slo::calculate_slo_compliance(cx, from, to).await?;
    let days = ops::slo::days(cx, &compliance).await?;
    let voice = cx.voice();
    Ok(Reply::Show(
        charts::slo(&voice, &compliance, &days),
        views::slo(&voice, &compliance),
    ))
}
