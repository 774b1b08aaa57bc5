//! The commands. Each is a file and a line in [`COMMANDS`].

mod ack;
pub mod alerts;
pub mod audit;
mod checks;
mod health;
mod help;
pub mod incident;
mod mute;
mod remediate;
mod resolve;
mod run;
mod runbook;
mod silence;
mod silences;
mod slo;
mod start;
mod status;
mod whoami;

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use tokio::sync::oneshot;

pub use super::command::{Command, CommandError, CommandRequest, Reply};
use super::{
    escalated::was_escalated_to,
    invocation::{Invocation, InvocationAddress},
    naming,
    unintended::Unintended,
};
use crate::{
    bot::showing::show,
    context::Context,
    db::Subject,
    detectors::{self, Entry},
    domain::Role,
    ops::audit::forbid,
    telegram::Address,
    views::{Voice, help as answers, say},
};

pub static COMMANDS: &[Command] = &[
    start::COMMAND,
    help::COMMAND,
    health::COMMAND,
    checks::COMMAND,
    alerts::COMMAND,
    incident::COMMAND,
    ack::COMMAND,
    resolve::COMMAND,
    silence::COMMAND,
    silences::COMMAND,
    mute::COMMAND,
    slo::COMMAND,
    run::COMMAND,
    remediate::COMMAND,
    runbook::COMMAND,
    status::COMMAND,
    audit::COMMAND,
    whoami::COMMAND,
];

/// A command as it was given.
pub struct Given {
    pub invocation: Invocation,
    /// The reason to ignore it, if it would change something.
    pub unintended: Option<Unintended>,
}

/// A command that was ignored.
pub struct Ignored {
    pub command: String,
    pub unintended: Unintended,
    pub address: InvocationAddress,
}

impl Given {
    fn command(&self) -> Option<&'static Command> {
        let named = &self.invocation.command;
        COMMANDS.iter().find(|command| command.name == named)
    }

    pub fn changes_something(&self) -> bool {
        self.command()
            .is_some_and(|command| command.changes_something)
    }
}

/// Runs the command and answers it. Errors are answered too, and counted. `done` is dropped once the command has taken
/// effect. A command that may not be meant and would change something is returned, not run.
pub(super) async fn answer(
    cx: &Arc<Context>,
    given: Given,
    done: oneshot::Sender<()>,
) -> Option<Ignored> {
    let command = given.command();
    let Given {
        invocation,
        unintended,
    } = given;
    let (user, address) = (&invocation.user, invocation.address);
    let role = match (command, user.role(cx)) {
        (Some(command), Role::Viewer) if acknowledges(cx, command, &invocation).await => {
            command.role
        }
        (_, role) => role,
    };
    if let Some(command) = command
        && command.role == Role::Admin
        && role < Role::Admin
    {
        let who = user.acting_in(address.chat);
        let subject = format!("/{}", command.name);
        forbid(cx, &who, &subject, &role.to_string()).await;
    }
    let (outcome, reply) = match (command, unintended) {
        // In a group an unknown command may be meant for another bot.
        (None, _) if !address.is_private => return None,
        _ if user.is_anybody => ("refused", anonymous(cx, address)),
        _ if role == Role::Stranger => ("refused", refusal(cx, user.id)),
        (None, _) => ("usage", Reply::Say(answers::unknown_command(&cx.voice()))),
        (Some(command), _) if role < command.role => (
            "refused",
            Reply::Say(answers::note(&say!(cx.voice(), "admins-only"))),
        ),
        (Some(command), Some(unintended)) if command.changes_something => {
            count(cx, Some(command), "refused");
            return Some(Ignored {
                command: invocation.text(),
                unintended,
                address,
            });
        }
        (Some(command), _) => obey(cx, command, &invocation, role).await,
    };
    drop(done);
    count(cx, command, outcome);
    reply_with(cx, address.address(), reply, &invocation.command).await;
    None
}

/// Tells if the command acknowledges an incident that was escalated to this chat.
async fn acknowledges(cx: &Arc<Context>, command: &Command, invocation: &Invocation) -> bool {
    if command.name != ack::COMMAND.name {
        return false;
    }
    let request = CommandRequest {
        cx,
        command,
        args: &invocation.args,
        user: &invocation.user,
        role: Role::Viewer,
        address: invocation.address,
    };
    let Ok(id) = naming::incident(request).await else {
        return false;
    };
    let chat = invocation.address.chat.chat_id;
    let told = was_escalated_to(cx, chat, Subject::Card(id)).await;
    told.unwrap_or_else(|error| {
        tracing::warn!(%error, "it is not known whom an incident was escalated to");
        false
    })
}

fn count(cx: &Context, command: Option<&Command>, outcome: &str) {
    let name = command.map_or("unknown", |command| command.name);
    cx.metrics
        .bot_commands_total
        .with_label_values(&[name, outcome])
        .inc();
}

async fn reply_with(cx: &Context, address: Address, reply: Reply, command: &str) {
    let said = match reply {
        Reply::Say(message) => cx.telegram.reply(address, &message).await.map(drop),
        Reply::Show(chart, message) => show(cx, address, Some(chart), message).await.map(drop),
        Reply::Said => Ok(()),
    };
    if let Err(failure) = said {
        tracing::warn!(%failure, command, "a command's answer did not arrive");
    }
}

fn refusal(cx: &Context, stranger: i64) -> Reply {
    if cx.telegram.may_refuse(stranger) {
        Reply::Say(answers::stranger(&cx.voice(), stranger))
    } else {
        Reply::Said
    }
}

/// Telegram shows an id shared by many, which must not be made an administrator; its users do not share a rate limit
/// either.
fn anonymous(cx: &Context, address: InvocationAddress) -> Reply {
    if cx.telegram.may_refuse(address.chat.chat_id) {
        Reply::Say(answers::note(&say!(cx.voice(), "anonymous")))
    } else {
        Reply::Said
    }
}

async fn obey(
    cx: &Arc<Context>,
    command: &Command,
    invocation: &Invocation,
    role: Role,
) -> (&'static str, Reply) {
    let request = CommandRequest {
        cx,
        command,
        args: &invocation.args,
        user: &invocation.user,
        role,
        address: invocation.address,
    };
    let voice = cx.voice();
    // After a panic the command would have no answer.
    match AssertUnwindSafe((command.run)(request))
        .catch_unwind()
        .await
    {
        Ok(Ok(reply)) => ("ok", reply),
        Ok(Err(CommandError::Usage(problem))) => (
            "usage",
            Reply::Say(answers::usage(&voice, &command.usage(), problem.as_deref())),
        ),
        Ok(Err(CommandError::Refused(why))) => ("refused", Reply::Say(answers::note(&why))),
        Ok(Err(error @ CommandError::Database(_))) => {
            tracing::error!(%error, command = command.name, "a command failed");
            (
                "error",
                Reply::Say(answers::note(&say!(voice, "database-down"))),
            )
        }
        Ok(Err(error @ CommandError::Telegram(_))) => {
            tracing::error!(%error, command = command.name, "a command failed");
            ("error", Reply::Said)
        }
        Err(panic) => {
            tracing::error!(
                command = command.name,
                cause = detectors::panic_text(panic.as_ref()),
                "a command crashed"
            );
            (
                "error",
                Reply::Say(answers::note(&say!(voice, "went-wrong"))),
            )
        }
    }
}

/// At most one argument, a detector's name.
fn detector(cx: &Context, args: &[String]) -> Result<Option<Entry>, CommandError> {
    match args {
        [] => Ok(None),
        [name] => {
            let registry = cx.settings.registry();
            let found = registry.find(name).cloned();
            found.map(Some).map_err(|_| {
                let problem = answers::unknown_detector(&cx.voice(), name, &registry.names());
                CommandError::Usage(Some(problem))
            })
        }
        _ => Err(CommandError::Usage(None)),
    }
}

/// Refuses arguments to a command that takes none.
fn none(args: &[String]) -> Result<(), CommandError> {
    if args.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Usage(None))
    }
}

/// The commands that a role may give, for the help.
fn entries(voice: &Voice, role: Role) -> Vec<answers::Entry> {
    COMMANDS
        .iter()
        .filter(|command| command.role <= role)
        .map(|command| answers::Entry {
            usage: command.usage(),
            about: command.about(voice),
        })
        .collect()
}
