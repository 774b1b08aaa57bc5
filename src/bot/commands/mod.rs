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
use tokio::sync::oneshot;

use super::{
    doubt::Doubt,
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
    telegram::Address,
    views::{Message, Voice, help as answers, say},
};

pub struct Command {
    /// What it does is told in the text `command-…` of the catalogue.
    pub name: &'static str,
    /// The arguments as the usage line shows them.
    pub args: &'static str,
    /// The least role that may give it.
    pub role: Role,
    /// Tells if it changes something, or sets something going: then it must be meant, and now.
    pub is_deed: bool,
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

/// A command as it was given.
pub struct Given {
    pub invocation: Invocation,
    /// Why it may not be meant.
    pub doubt: Option<Doubt>,
}

/// A deed that was not done.
pub struct Undone {
    pub command: String,
    pub doubt: Doubt,
    pub address: InvocationAddress,
}

impl Given {
    fn command(&self) -> Option<&'static Command> {
        let named = &self.invocation.command;
        COMMANDS.iter().find(|command| command.name == named)
    }

    pub fn is_deed(&self) -> bool {
        self.command().is_some_and(|command| command.is_deed)
    }
}

/// Runs the command and answers it; whatever goes wrong is answered too, and counted. `done` is dropped once it has taken
/// effect. A deed that is in doubt is returned, not done.
pub(super) async fn answer(
    cx: &Arc<Context>,
    given: Given,
    done: oneshot::Sender<()>,
) -> Option<Undone> {
    let command = given.command();
    let Given { invocation, doubt } = given;
    let (user, address) = (&invocation.user, invocation.address);
    let role = user.role(cx);
    if let Some(command) = command
        && command.role == Role::Admin
        && role < Role::Admin
    {
        let who = user.acting_in(address.chat);
        let subject = format!("/{}", command.name);
        forbid(cx, &who, &subject, &role.to_string()).await;
    }
    let (outcome, reply) = match (command, doubt) {
        // In a group an unknown command may be meant for another bot.
        (None, _) if !address.is_private => return None,
        _ if user.is_anybody => ("refused", anonymous(cx, address)),
        _ if role == Role::Stranger => ("refused", refusal(cx, user.id)),
        (None, _) => ("usage", Reply::Say(answers::unknown_command(&cx.voice()))),
        (Some(command), _) if role < command.role => (
            "refused",
            Reply::Say(answers::note(&say!(cx.voice(), "admins-only"))),
        ),
        (Some(command), Some(doubt)) if command.is_deed => {
            count(cx, Some(command), "refused");
            return Some(Undone {
                command: invocation.text(),
                doubt,
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

/// The id that Telegram names stands for many, and is nothing to be added anywhere; they share no allowance either.
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
    let call = Call {
        cx,
        command,
        args: &invocation.args,
        user: &invocation.user,
        role,
        address: invocation.address,
    };
    let voice = cx.voice();
    // A panic would leave the command without an answer.
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
