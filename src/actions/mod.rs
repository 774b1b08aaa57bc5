//! The actions. Each is a file, a line in [`ACTIONS`], and names the detectors whose faults it remedies.

pub mod clear_cache;
pub mod notify_admin;
pub mod restart_scheduler;
pub mod vacuum_db;

use std::time::Duration;

use futures::future::BoxFuture;

use crate::{
    context::Context,
    domain::{Check, Who},
    settings::Settings,
};

pub struct Action {
    /// What it will do is told, before it is confirmed, in the text `action-…` of the catalogue.
    pub name: &'static str,
    pub mapped_to: &'static [&'static str],
    /// The longest that one attempt may take.
    pub timeout: Duration,
    pub run: for<'a> fn(Task<'a>) -> BoxFuture<'a, Result<String, ActionError>>,
}

/// What an action has at hand.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub cx: &'a Context,
    /// The fault, as the detector saw it last.
    pub check: &'a Check,
    /// Who called for it.
    pub who: &'a Who,
}

#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// Trying again would change nothing.
    #[error("{0}")]
    Final(String),
    #[error("{0:#}")]
    Retry(#[from] anyhow::Error),
}

pub static ACTIONS: &[Action] = &[
    clear_cache::ACTION,
    restart_scheduler::ACTION,
    notify_admin::ACTION,
    vacuum_db::ACTION,
];

pub fn names() -> Vec<&'static str> {
    ACTIONS.iter().map(|action| action.name).collect()
}

/// The detectors whose faults an action remedies.
pub fn remedied() -> Vec<&'static str> {
    let mapped = ACTIONS.iter().flat_map(|action| action.mapped_to);
    mapped.copied().collect()
}

/// Whether the remediation of the detector's faults can be proposed.
pub fn is_offered(settings: &Settings, detector: &str) -> bool {
    settings.remediation_enabled && mapped_to(detector).is_some()
}

/// The action that remedies the detector's faults.
pub fn mapped_to(detector: &str) -> Option<&'static Action> {
    ACTIONS
        .iter()
        .find(|action| action.mapped_to.contains(&detector))
}
