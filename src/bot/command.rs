//! A command, a call of it, and the reply.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{
    invocation::{InvocationAddress, User},
    proposing::ProposingError,
};
use crate::{
    charts::Chart,
    context::Context,
    domain::{Role, Who},
    telegram::Failure,
    views::{Message, Voice},
};

pub struct Command {
    /// Its description is the text `command-…` of the catalogue.
    pub name: &'static str,
    /// The arguments as the usage line shows them.
    pub args: &'static str,
    /// The least role that may give it.
    pub role: Role,
    /// Tells if it changes or starts something: then it must be meant, and now.
    pub changes_something: bool,
    pub run: for<'a> fn(CommandRequest<'a>) -> BoxFuture<'a, Result<Reply, CommandError>>,
}

/// An authorised command.
#[derive(Clone, Copy)]
pub struct CommandRequest<'a> {
    pub cx: &'a Arc<Context>,
    pub command: &'a Command,
    pub args: &'a [String],
    pub user: &'a User,
    pub role: Role,
    pub address: InvocationAddress,
}

impl CommandRequest<'_> {
    pub fn who(&self) -> Who {
        self.user.acting_in(self.address.chat)
    }
}

pub enum Reply {
    Say(Message),
    /// A message below a picture.
    Show(Chart, Message),
    /// The command has answered by itself.
    Said,
}

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Wrong arguments, with details beyond the usage line if needed.
    #[error("wrong arguments")]
    Usage(Option<String>),
    /// It is not possible; has the reason.
    #[error("refused: {0}")]
    Refused(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Telegram(#[from] Failure),
}

impl Command {
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name, self.args)
            .trim_end()
            .to_owned()
    }

    /// A one-line description.
    pub fn about(&self, voice: &Voice) -> String {
        voice.text(&format!("command-{}", self.name), &[])
    }
}

impl From<ProposingError> for CommandError {
    fn from(error: ProposingError) -> Self {
        match error {
            ProposingError::Database(error) => Self::Database(error),
            ProposingError::Telegram(failure) => Self::Telegram(failure),
        }
    }
}
