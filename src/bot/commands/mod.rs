//! The commands. Each is a file and a line in [`COMMANDS`].

mod ack;
pub mod alerts;
pub mod audit;
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

use futures::{FutureExt, future::BoxFuture};

use super::{
    invocation::{Invocation, InvocationAddress, User},
    proposing::ProposingError,
};
use crate::{
    bot::showing::show,
    charts::Chart,
    context::Context,
    detectors::{self, Detector},
    domain::{Role, Who},
    ops::audit::forbid,
    views::{Message, Voice, help as answers, say},
};

pub struct Command {
    /// What it does is told in the text `command-…` of the catalogue.
    pub name: &'static str,
    /// The arguments as the usage line shows them.
    pub args: &'static str,
    /// The least role that may give it.
    pub role: Role,
    pub run: for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Reply, CommandError>>,
}

/// A command that somebody with the right to it has given.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub cx: &'a Arc<Context>,
    pub command: &'a Command,
    pub args: &'a [String],
    pub user: &'a User,
    pub role: Role,
    pub address: InvocationAddress,
}

impl Call<'_> {
    pub fn who(&self) -> Who {
        self.user.acting_in(self.address.chat)
    }
}

pub enum Reply {
    Say(Message),
    /// A message below a picture.
    Show(Chart, Message),
    /// The command has said what there is to say.
    Said,
}

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments are wrong: how, if more than the usage line is to be said.
    #[error("wrong arguments")]
    Usage(Option<String>),
    /// It cannot be done, and why.
    #[error("refused: {0}")]
    Refused(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Telegram(#[from] crate::telegram::Failure),
}

pub static COMMANDS: &[Command] = &[
    start::COMMAND,
    help::COMMAND,
    health::COMMAND,
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

impl Command {
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name, self.args)
            .trim_end()
            .to_owned()
    }

    /// What it does, in a line.
    pub fn about(&self, voice: &Voice) -> String {
        voice.text(&format!("command-{}", self.name), &[])
    }
}

/// Runs the command and answers it; whatever goes wrong is answered too, and counted.
pub(super) async fn answer(cx: &Arc<Context>, invocation: &Invocation) {
    let voice = cx.voice();
    let role = cx.settings.get().role(invocation.user.id);
    let command = COMMANDS
        .iter()
        .find(|command| command.name == invocation.command);
    if let Some(command) = command
        && command.role == Role::Admin
        && role < Role::Admin
    {
        let who = invocation.user.acting_in(invocation.address.chat);
        let subject = format!("/{}", command.name);
        forbid(cx, &who, &subject, &role.to_string()).await;
    }
    let (outcome, reply) = match command {
        // In a group an unknown command may be meant for another bot.
        None if !invocation.address.is_private => return,
        _ if role == Role::Stranger => ("refused", refusal(cx, invocation.user.id)),
        None => ("usage", Reply::Say(answers::unknown_command(&voice))),
        Some(command) if role < command.role => (
            "refused",
            Reply::Say(answers::note(&say!(voice, "admins-only"))),
        ),
        Some(command) => obey(cx, command, invocation, role).await,
    };
    let name = command.map_or("unknown", |command| command.name);
    cx.metrics
        .bot_commands_total
        .with_label_values(&[name, outcome])
        .inc();
    let address = invocation.address.address();
    let said = match reply {
        Reply::Say(message) => cx.telegram.reply(address, &message).await.map(drop),
        Reply::Show(chart, message) => show(cx, address, Some(chart), message).await.map(drop),
        Reply::Said => Ok(()),
    };
    if let Err(failure) = said {
        tracing::warn!(%failure, command = name, "a command's answer did not arrive");
    }
}

fn refusal(cx: &Context, stranger: i64) -> Reply {
    if cx.telegram.may_refuse(stranger) {
        Reply::Say(answers::stranger(&cx.voice(), stranger))
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
    let call = Call {
        cx,
        command,
        args: &invocation.args,
        user: &invocation.user,
        role,
        address: invocation.address,
    };
    let voice = cx.voice();
    // A panic would take the dispatcher down with it.
    match AssertUnwindSafe((command.run)(call)).catch_unwind().await {
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
fn detector(voice: &Voice, args: &[String]) -> Result<Option<&'static Detector>, CommandError> {
    match args {
        [] => Ok(None),
        [name] => detectors::find(name).map(Some).map_err(|_| {
            let problem = answers::unknown_detector(voice, name, &detectors::names());
            CommandError::Usage(Some(problem))
        }),
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

impl From<ProposingError> for CommandError {
    fn from(error: ProposingError) -> Self {
        match error {
            ProposingError::Database(error) => Self::Database(error),
            ProposingError::Telegram(failure) => Self::Telegram(failure),
        }
    }
}
