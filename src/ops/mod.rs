//! The use cases. The entry points (bot, REST, scheduler, command line) parse, call one of these, and render.

mod acting;
pub mod alerts;
pub mod audit;
pub mod audit_log;
pub mod checks;
mod configured;
pub mod database;
pub mod deadman;
pub mod facts;
pub mod file;
mod from_memory;
pub mod heartbeats;
pub mod incidents;
mod lease;
mod noting;
pub mod proposals;
pub mod readiness;
pub mod remediable;
pub mod remediation;
pub mod retention;
mod retrying;
pub mod silences;
pub mod slo;
pub mod sweep;
pub mod sweep_lease;
pub mod time;
mod unmeasured;
