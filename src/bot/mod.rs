//! The bot: fetches updates, and hands each command and each press of a button to its entry in a table.

pub mod buttons;
pub mod commands;
mod deeds;
mod invocation;
mod naming;
mod poller;
mod proposing;
mod showing;

use std::{convert::Infallible, sync::Arc};

use dptree::Handler;
use teloxide::{
    dispatching::{UpdateFilterExt, UpdateHandler},
    types::{CallbackQuery, Me, Message, Update},
};

pub use self::{
    invocation::Invocation,
    poller::{LEASE, run},
};
use crate::context::Context;

/// Commands in messages, presses of buttons; every other update is nobody's.
pub fn schema() -> UpdateHandler<Infallible> {
    let commands: Handler<_, _> = Update::filter_message()
        .filter_map(|message: Message, me: Me| Invocation::parse(&message, me.username()))
        .endpoint(|cx: Arc<Context>, invocation: Invocation| async move {
            commands::answer(&cx, &invocation).await;
            Ok(())
        });
    let presses = Update::filter_callback_query().endpoint(
        |cx: Arc<Context>, query: CallbackQuery| async move {
            buttons::answer(&cx, query).await;
            Ok(())
        },
    );
    dptree::entry().branch(commands).branch(presses)
}
