//! Actions, run for real.

mod actions;
mod command;
mod configured;
mod instances;
mod modes;
mod moved;
mod record;
mod room;
mod running;
mod sessions;
mod shown;
mod undone;
mod units;

use sovani_ops::{
    domain::{By, RemediationReport, RemediationStatus, Who},
    ops::remediation::{RemediationError, remediate_by_hand},
};

use crate::support::{checks::detector, database::TestDatabase, program::TestProgram};

const SCHEDULER: &str = "check_scheduler_on_time";

fn anna() -> Who {
    Who::in_chat(By::user(42, "Anna"), 42)
}

async fn remediate(
    program: &TestProgram,
    source: &str,
) -> Result<RemediationReport, RemediationError> {
    remediate_by_hand(program.cx(), &detector(source), None, &anna()).await
}

/// The report of a run that took place.
async fn ran(program: &TestProgram, source: &str) -> RemediationReport {
    remediate(program, source).await.unwrap()
}

async fn succeeded(program: &TestProgram, source: &str) -> String {
    let report = ran(program, source).await;
    assert_eq!(report.status, RemediationStatus::Success, "{report:?}");
    assert_eq!(report.retry_count, 0);
    report.details
}

async fn failed(program: &TestProgram, source: &str) -> RemediationReport {
    let report = ran(program, source).await;
    assert_eq!(report.status, RemediationStatus::Failed, "{report:?}");
    assert_eq!(report.aftermath, None);
    report
}

/// The rows of the history, one text each.
async fn history(database: &TestDatabase) -> Vec<String> {
    database
        .texts(
            "SELECT source || ' ' || action_name || ' ' || status || ' ' || triggered_by || ' retries=' || retry_count
                || ' verified=' || COALESCE(verified, '-')
             FROM ops_remediation_history ORDER BY id",
        )
        .await
}

fn counted(program: &TestProgram, action: &str, result: &str) -> u64 {
    program
        .cx()
        .metrics
        .auto_remediation_total
        .with_label_values(&[action, result])
        .get()
}
