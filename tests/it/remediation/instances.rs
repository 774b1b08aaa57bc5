//! Several instances on one database: a run that one of them has under way, and one whose process was killed.

use chrono::{Duration, Utc};
use futures::future::select_all;
use reqwest::{Client, RequestBuilder};
use sovani_ops::{clock::Clock, domain::Timestamp};

use super::{SCHEDULER, history};
use crate::support::{
    database::TestDatabase,
    held_command::HeldCommand,
    process::{self, Process},
    program::{self, ADMIN_TOKEN, ALERT_CHAT, Answer, Setup},
};

const BUSY: &str = "remediate_restart_scheduler is already running";
/// Nothing runs but what is asked for.
const NO_SWEEPS: (&str, &str) = ("OPS_CHECK_START_DELAY_SEC", "86400");
const SUCCEEDED: &str =
    "check_scheduler_on_time remediate_restart_scheduler success rest retries=0 verified=-";
const INTERRUPTED: &str =
    "check_scheduler_on_time remediate_restart_scheduler interrupted rest retries=0 verified=-";

/// Asks for the action at the door of a process.
fn asks(api: &str) -> RequestBuilder {
    let client = Client::builder().no_proxy().build().unwrap();
    client
        .post(format!("{api}{}", path()))
        .bearer_auth(ADMIN_TOKEN)
}

fn path() -> String {
    format!("/api/v1/ops/remediate?alert_source={SCHEDULER}")
}

#[each_database]
async fn of_two_instances_that_are_asked_at_once_one_runs_the_action(database: TestDatabase) {
    let command = HeldCommand::new();
    let setting = command.setting();
    let settings = [NO_SWEEPS, ("SCHEDULER_RESTART_CMD", &setting)];
    let telegram = process::telegram().await;
    let mut one = Process::start(&database, &telegram, &settings);
    let one = (one.api().await.expect("it starts"), one);
    let mut two = Process::start(&database, &telegram, &settings);
    let two = (two.api().await.expect("it starts"), two);

    let asked = [&one.0, &two.0].map(|api| Box::pin(Answer::of(asks(api))));
    let (refused, _, mut runs) = select_all(asked).await;
    assert_eq!(refused.problem(409), BUSY);
    command.let_go();
    let ran = runs.remove(0).await.ok();

    assert_eq!(ran["details"], "sh succeeded: restarted");
    assert_eq!(command.starts(), 1);
    assert_eq!(history(&database).await, [SUCCEEDED]);
    for (api, _) in [&one, &two] {
        assert_eq!(Answer::of(asks(api)).await.ok()["status"], "success");
    }
    assert_eq!(command.starts(), 3);
    assert_eq!(history(&database).await, [SUCCEEDED; 3]);
}

#[each_database]
async fn a_killed_run_is_interrupted_and_the_action_free_again_when_its_lease_has_run_out(
    database: TestDatabase,
) {
    let command = HeldCommand::new();
    let clock = Clock::standing_at(Timestamp::new(Utc::now()));
    let mut survivor = Setup::beside(&database)
        .with("SCHEDULER_RESTART_CMD", command.setting())
        .at(&clock)
        .start()
        .await;
    let mut killed = Process::start(
        &database,
        survivor.telegram(),
        &[
            NO_SWEEPS,
            ("SCHEDULER_RESTART_CMD", &command.setting()),
            ("TELEGRAM_TOKEN", program::TELEGRAM_TOKEN),
            ("ALERT_CHAT_IDS", &ALERT_CHAT.to_string()),
        ],
    );
    let api = killed.api().await.expect("it starts");
    let asked = tokio::spawn(asks(&api).send());
    command.started().await;

    assert_eq!(survivor.post(&path()).await.problem(409), BUSY);
    killed.kill().await;
    assert!(asked.await.unwrap().is_err());
    survivor.sweep().await;
    assert_eq!(
        survivor.post(&path()).await.problem(409),
        BUSY,
        "it may still be at work"
    );
    assert_eq!(
        database
            .texts("SELECT status FROM ops_remediation_history")
            .await,
        ["running"]
    );

    clock.advance(Duration::minutes(5));
    survivor.sweep().await;
    assert_eq!(history(&database).await, [INTERRUPTED]);
    survivor
        .hears(ALERT_CHAT, "remediate_restart_scheduler was interrupted")
        .await;

    command.let_go();
    assert_eq!(survivor.post(&path()).await.ok()["status"], "success");
    assert_eq!(history(&database).await, [INTERRUPTED, SUCCEEDED]);
    survivor.stop().await;
}
