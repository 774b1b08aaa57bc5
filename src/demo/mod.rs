//! A small platform database with known contents, for the demonstration and the tests.
//!
//! [`Platform`] plans it, knows its contents without a query, and creates it; [`faults`] changes it while it is in use.
//! Production code and this module do not use each other.

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
