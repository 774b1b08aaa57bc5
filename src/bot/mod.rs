//! The bot: fetches updates, and hands each command and each press of a button to its entry in a table.

mod button;
pub mod buttons;
mod chats;
mod command;
pub mod commands;
mod conflicts;
mod escalated;
mod ignored;
mod invocation;
mod menu;
mod naming;
mod operations;
mod poller;
mod proposing;
mod router;
mod showing;
pub mod unintended;

pub use self::{
    invocation::Invocation,
    poller::{LEASE, run},
};
