//! The doctor: finds problems of an installation and their remedies, without changing anything.
//!
//! Each check is a file, with a fetch and a pure judgement, and a line in [`CHECKS`].

mod admins;
mod audit;
mod chats;
mod clock;
mod database;
mod deadman;
mod disk;
mod files;
mod finding;
mod http;
mod installation;
mod jobs;
mod latency;
mod manager;
mod own_checks;
mod poller;
mod reads;
mod report;
mod schema;
mod settings;
mod telegram;
mod values;
mod webhook;

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};

pub use self::{
    clock::judge as judge_clock,
    disk::judge as judge_disk,
    files::judge as judge_file,
    finding::{Finding, Status},
    installation::Installation,
    latency::judge as judge_latency,
    own_checks::judge_rights,
    reads::{Reads, reads},
    report::Report,
};

/// The longest that one check may take.
const WITHIN: Duration = Duration::from_secs(10);

pub struct Check {
    /// The name in reports, which other programs read.
    pub name: &'static str,
    /// The settings that the check depends on.
    needs: &'static [&'static str],
    run: for<'a> fn(&'a Installation) -> BoxFuture<'a, Vec<Finding>>,
}

pub static CHECKS: &[Check] = &[
    settings::CHECK,
    files::CHECK,
    database::CHECK,
    schema::CHECK,
    disk::CHECK,
    telegram::CHECK,
    webhook::CHECK,
    poller::CHECK,
    chats::CHECK,
    admins::CHECK,
    manager::CHECK,
    clock::CHECK,
    latency::CHECK,
    jobs::CHECK,
    own_checks::CHECK,
    http::CHECK,
    deadman::CHECK,
    audit::CHECK,
];

/// Makes all checks side by side; one that hangs or breaks keeps no other from its result.
pub async fn examine(installation: &Installation) -> Report {
    let found = CHECKS.iter().map(|check| async move {
        let findings = one(check, installation).await;
        findings.into_iter().map(|finding| (check.name, finding))
    });
    let findings = join_all(found).await.into_iter().flatten();
    Report {
        findings: findings.collect(),
    }
}

async fn one(check: &Check, installation: &Installation) -> Vec<Finding> {
    if let Some(name) = check.needs.iter().find(|name| installation.is_wrong(name)) {
        return vec![Finding::not_checked(
            format!("{name} is wrong"),
            "mend the setting first",
        )];
    }
    let run = AssertUnwindSafe((check.run)(installation)).catch_unwind();
    match tokio::time::timeout(WITHIN, run).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(panic)) => vec![Finding::error(
            format!(
                "the check broke: {}",
                crate::detectors::panic_text(panic.as_ref())
            ),
            "this is a fault of the program; report it",
        )],
        Err(_) => vec![Finding::error(
            format!("no answer within {}s", WITHIN.as_secs()),
            "see whether what is looked at here is overloaded or out of reach, and try again",
        )],
    }
}
