use super::{Call, Command, CommandError, Reply};
use crate::{domain::Role, ops, views};

const MOST_DAYS: u64 = 90;

pub const COMMAND: Command = Command {
    name: "slo",
    args: "[days]",
    about: "Service levels over the last days, 7 unless told",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(Call { cx, args, .. }: Call<'_>) -> Result<Reply, CommandError> {
    let days = match args {
        [] => ops::slo::DEFAULT_DAYS,
        [days] => days
            .parse()
            .ok()
            .filter(|days| (1..=MOST_DAYS).contains(days))
            .ok_or_else(|| CommandError::Usage(Some(format!("days is from 1 to {MOST_DAYS}"))))?,
        _ => return Err(CommandError::Usage(None)),
    };
    let (from, to) = ops::slo::last_days(cx, days);
    Ok(Reply::Say(views::slo(
        &ops::slo::calculate_slo_compliance(cx, from, to).await?,
    )))
}
