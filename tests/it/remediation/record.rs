//! When and under which author a run is recorded.

use std::time::Duration;

use sovani_ops::domain::{Check, Fingerprint, Severity};

use super::{SCHEDULER, history};
use crate::support::{
    checks::failing,
    database::TestDatabase,
    deadline::eventually,
    held_command::HeldCommand,
    metrics_page::{Manner, MetricsPage},
    process::{self, Process},
    program::{ADMIN_TOKEN, Answer, Setup},
};

const LATENCY: &str = "check_api_latency_p95";

fn path(source: &str) -> String {
    format!("/api/v1/ops/remediate?alert_source={source}")
}

/// A fault of the scheduler's.
fn found(key: &str, severity: Severity) -> Check {
    Check {
        source: SCHEDULER.into(),
        fingerprint: Fingerprint::of(SCHEDULER, key),
        ..failing(key, severity)
    }
}

#[each_database]
async fn a_run_is_on_record_before_the_detector_has_looked(database: TestDatabase) {
    let page = MetricsPage::start("").await;
    page.behaves(Manner::Silence);
    let program = Setup::beside(&database)
        .with("API_METRICS_URL", page.url())
        .start()
        .await;

    let asked = path(LATENCY);
    let while_it_looks = async {
        eventually("the detector looks", async || !page.asked().is_empty()).await;
        history(&database).await
    };
    let rows = tokio::select! {
        answer = program.post(&asked) => panic!("{answer:?}"),
        rows = while_it_looks => rows,
    };

    assert_eq!(
        rows,
        ["check_api_latency_p95 remediate_clear_cache running rest retries=0 verified=-"]
    );
}

#[each_database]
async fn a_run_by_hand_belongs_to_the_newest_incident_that_an_action_remedies(
    database: TestDatabase,
) {
    let program = Setup::beside(&database).start().await;
    for check in [
        found("one", Severity::Warning),
        found("two", Severity::Critical),
        found("burn", Severity::Error),
    ] {
        program.finds(&[check]).await;
    }

    program.post(&path(SCHEDULER)).await.ok();

    let run = "SELECT incident_id FROM ops_remediation_history";
    let incident = "SELECT id FROM ops_incidents WHERE message = 'two is broken'";
    assert_eq!(database.number(run).await, database.number(incident).await);
}

#[each_database]
async fn an_end_that_the_database_does_not_take_at_once_is_recorded_all_the_same(
    database: TestDatabase,
) {
    let command = HeldCommand::new();
    let telegram = process::telegram().await;
    let mut process = Process::start(
        &database,
        &telegram,
        &[
            ("OPS_CHECK_START_DELAY_SEC", "86400"),
            ("SCHEDULER_RESTART_CMD", &command.setting()),
        ],
    );
    let api = process.api().await.expect("it starts");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .post(format!("{api}{}", path(SCHEDULER)))
        .bearer_auth(ADMIN_TOKEN);
    let answer = tokio::spawn(Answer::of(request));
    command.started().await;

    database
        .execute("ALTER TABLE ops_remediation_history RENAME TO away")
        .await;
    command.let_go();
    process.logs("a remediation's end").await;
    database
        .execute("ALTER TABLE away RENAME TO ops_remediation_history")
        .await;

    let answer = tokio::time::timeout(Duration::from_secs(20), answer)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.ok()["status"], "success");
    assert_eq!(
        history(&database).await,
        ["check_scheduler_on_time remediate_restart_scheduler success rest retries=0 verified=-"]
    );
}
