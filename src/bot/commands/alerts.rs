use super::{Command, CommandError, CommandRequest, Reply};
use crate::{
    domain::{Role, Severity},
    views::{self, Voice, say},
};

const DEFAULT: i64 = 5;
/// With more rows, each would be too short.
pub const MOST: i64 = 20;

pub const COMMAND: Command = Command {
    name: "alerts",
    args: "[severity] [n]",
    role: Role::Viewer,
    changes_something: false,
    run: |request| Box::pin(run(request)),
};

async fn run(CommandRequest { cx, args, .. }: CommandRequest<'_>) -> Result<Reply, CommandError> {
    let voice = cx.voice();
    let (severity, count) = parse(&voice, args)?;
    let page = cx.db.alerts_page(severity, count, None).await?;
    let page = page.unwrap_or_default();
    Ok(Reply::Say(views::alerts(&voice, &page, severity, count)))
}

/// Either argument may be left out.
fn parse(voice: &Voice, args: &[String]) -> Result<(Option<Severity>, i64), CommandError> {
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
            .ok_or_else(|| CommandError::Usage(Some(say!(voice, "usage-alerts", most = MOST))))?,
        _ => return Err(CommandError::Usage(None)),
    };
    Ok((severity, count))
}
