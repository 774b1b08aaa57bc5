use super::{Call, Command, CommandError, Reply};
use crate::{
    domain::{Role, Severity},
    views,
};

const DEFAULT: i64 = 10;
const MOST: i64 = 50;

pub const COMMAND: Command = Command {
    name: "alerts",
    args: "[severity] [n]",
    about: "The newest alerts, of one severity or of all",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(Call { cx, args, .. }: Call<'_>) -> Result<Reply, CommandError> {
    let (severity, count) = parse(args)?;
    let rows = cx.db.recent_alerts(severity, count).await?;
    let zone = cx.settings.get().timezone;
    Ok(Reply::Say(views::alerts(
        &rows,
        severity,
        zone,
        "narrow it down: /alerts critical 10",
    )))
}

/// Either argument may be left out.
fn parse(args: &[String]) -> Result<(Option<Severity>, i64), CommandError> {
    let (severity, rest) = match args {
        [first, rest @ ..] => match first.parse() {
            Ok(severity) => (Some(severity), rest),
            Err(_) => (None, args),
        },
        [] => (None, args),
    };
    let count = match rest {
        [] => DEFAULT,
        [count] => count
            .parse()
            .ok()
            .filter(|count| (1..=MOST).contains(count))
            .ok_or_else(|| {
                CommandError::Usage(Some(format!(
                    "severity is info, warning, error or critical; n is from 1 to {MOST}"
                )))
            })?,
        _ => return Err(CommandError::Usage(None)),
    };
    Ok((severity, count))
}
