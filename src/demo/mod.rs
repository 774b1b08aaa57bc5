//! A small platform database with known contents, for the demonstration and the tests.
//!
//! [`Platform`] plans it, answers for what is in it without asking the database, and makes it; [`faults`] changes it
//! while it is in use. Nothing here runs in production, and nothing in production is imported from here.

mod api;
pub mod faults;
mod jobs;
mod plan;
mod platform;
mod rows;
mod schema;
mod show;
mod stage;
mod switches;
mod terminal;
mod typed;

pub use self::{
    api::Traffic,
    jobs::{COLLECT_YESTERDAY, JobRun, RECALC_RECENT, REVIEWS_SLA},
    plan::Marketplace,
    platform::Platform,
    show::run,
    stage::{ADMIN, ALERTS, MANAGER, STRANGER, Stage},
};
