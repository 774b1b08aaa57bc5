//! Incidents: deciding what becomes of them, what the chats are told, and the way round a database that is down.
//!
//! [`domain::decide`](crate::domain::decide) says what one event makes of one incident. Here the events of a moment are
//! played against all open incidents in one transaction ([`play`]), and what the chats are told is written with it. The
//! queries are in [`db`](crate::db).

mod board;
mod digest_news;
mod grouping;
mod happening;
mod memory;
mod notices;
mod play;
mod silencing;
mod taken;
mod telling;
mod unrecorded;
mod welcome;

pub use self::{
    happening::{Happening, Played},
    memory::Memory,
    play::{play, tick_is_due},
    silencing::{Begun, begin_silence, end_silence},
    taken::{Taken, outcomes},
    unrecorded::{Reached, SentAlert, record},
    welcome::{Welcome, readmit_chat},
};
