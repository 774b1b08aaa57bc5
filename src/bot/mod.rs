//! The bot: fetches updates, and hands each command and each press of a button to its entry in a table.

mod button;
pub mod buttons;
mod chats;
mod command;
pub mod commands;
mod conflicts;
pub mod doubt;
mod invocation;
mod menu;
mod naming;
mod operations;
mod poller;
mod proposing;
mod router;
mod showing;
mod undone;

pub use self::{
    invocation::Invocation,
    poller::{LEASE, run},
};
