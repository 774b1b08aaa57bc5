//! Incidents: decisions, notifications, and alerting while the database is down.
//!
//! [`domain::decide`](crate::domain::decide) applies one event to one incident. Here all simultaneous events are
//! applied to all open incidents in one transaction ([`play`]), and the notifications are stored with them. The queries
//! are in [`db`](crate::db).

mod board;
mod digest_news;
mod grouping;
mod happening;
mod informing;
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
    informing::{Shown, inform},
    memory::Memory,
    play::{play, tick_is_due},
    silencing::{Begun, begin_silence, end_silence},
    taken::{Taken, outcomes},
    unrecorded::{Reached, SentAlert, record},
    welcome::{Welcome, readmit_chat},
};
