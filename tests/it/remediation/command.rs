//! `remediate_restart_scheduler` and the command it runs.

use std::{path::PathBuf, time::Instant};

use tempfile::TempDir;

use super::{SCHEDULER, failed, history, succeeded};
use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram},
};

async fn with_command(database: &TestDatabase, command: &str) -> TestProgram {
    Setup::beside(database)
        .with("SCHEDULER_RESTART_CMD", command)
        .with("AUTO_REMEDIATION_MAX_RETRIES", "1")
        .start()
        .await
}

/// A command that is a list of arguments.
async fn with_list(database: &TestDatabase, command: &[&str]) -> TestProgram {
    with_command(database, &serde_json::to_string(command).unwrap()).await
}

#[each_database]
async fn the_command_runs_with_its_arguments_as_they_are_and_its_output_is_told(
    database: TestDatabase,
) {
    let folder = TempDir::new().unwrap();
    let file: PathBuf = folder.path().join("re started; $HOME `x` *");
    let program = with_list(&database, &["/usr/bin/touch", file.to_str().unwrap()]).await;
    assert_eq!(
        succeeded(&program, SCHEDULER).await,
        "/usr/bin/touch succeeded: no output"
    );
    assert!(file.exists());
    drop(program);

    let program = with_list(&database, &["/bin/echo", "one  two; three", "$HOME"]).await;
    assert_eq!(
        succeeded(&program, SCHEDULER).await,
        "/bin/echo succeeded: one  two; three $HOME"
    );
    assert_eq!(
        history(&database).await.last().unwrap(),
        "check_scheduler_on_time remediate_restart_scheduler success user:42 retries=0 verified=-"
    );
}

#[each_database]
async fn plain_words_need_no_list(database: TestDatabase) {
    let program = with_command(&database, "/bin/echo restarted  now").await;

    assert_eq!(
        succeeded(&program, SCHEDULER).await,
        "/bin/echo succeeded: restarted now"
    );
}

#[each_database]
async fn the_command_gets_no_secrets_in_its_environment(database: TestDatabase) {
    let program = with_command(&database, "/usr/bin/env").await;

    let details = succeeded(&program, SCHEDULER).await;

    let names: Vec<_> = details
        .strip_prefix("/usr/bin/env succeeded: ")
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .collect();
    let known = [
        "PATH",
        "HOME",
        "LANG",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "DBUS_SYSTEM_BUS_ADDRESS",
    ];
    assert!(names.contains(&"PATH"), "{details}");
    assert!(names.iter().all(|name| known.contains(name)), "{details}");
}

#[each_database]
async fn a_command_that_fails_is_retried_and_told_with_its_status_and_both_outputs(
    database: TestDatabase,
) {
    let program = with_list(
        &database,
        &[
            "/bin/sh",
            "-c",
            "echo on its way; echo no such unit >&2; exit 5",
        ],
    )
    .await;

    let report = failed(&program, SCHEDULER).await;

    assert_eq!(
        report.details,
        "/bin/sh failed with exit status: 5: on its way\nno such unit"
    );
    assert_eq!(report.retry_count, 1);
}

#[each_database]
async fn each_attempt_that_failed_in_another_way_is_told(database: TestDatabase) {
    let folder = TempDir::new().unwrap();
    let tries = folder.path().join("tries");
    let script = format!(
        "echo x >> '{0}'; n=$(wc -l < '{0}'); echo try $n; test $n = 3",
        tries.display()
    );
    let program = Setup::beside(&database)
        .with(
            "SCHEDULER_RESTART_CMD",
            serde_json::to_string(&["/bin/sh", "-c", &script]).unwrap(),
        )
        .start()
        .await;

    let report = super::ran(&program, SCHEDULER).await;

    assert_eq!(
        report.details,
        "/bin/sh succeeded: try 3\nAttempt 1 failed: /bin/sh failed with exit status: 1: try 1\n\
         Attempt 2 failed: /bin/sh failed with exit status: 1: try 2"
    );
    assert_eq!(
        database
            .texts("SELECT details FROM ops_remediation_history")
            .await,
        [report.details]
    );
}

#[each_database]
async fn a_missing_program_is_retried_as_often_as_set_and_then_failed(database: TestDatabase) {
    let program = Setup::beside(&database)
        .with("SCHEDULER_RESTART_CMD", "/nonexistent/restart now")
        .with("AUTO_REMEDIATION_MAX_RETRIES", "2")
        .start()
        .await;

    let report = failed(&program, SCHEDULER).await;

    assert!(
        report
            .details
            .starts_with("/nonexistent/restart cannot be started: "),
        "{report:?}"
    );
    assert_eq!(report.retry_count, 2);
    assert!(report.took.as_millis() > 500, "{report:?}");
    assert_eq!(
        history(&database).await,
        ["check_scheduler_on_time remediate_restart_scheduler failed user:42 retries=2 verified=-"]
    );
}

#[each_database]
async fn without_a_command_there_is_nothing_to_run_or_retry(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;

    let report = failed(&program, SCHEDULER).await;

    assert_eq!(
        report.details,
        "SCHEDULER_RESTART_CMD is not set: there is no command to restart the scheduler"
    );
    assert_eq!(report.retry_count, 0);
}

#[each_database]
async fn a_flood_of_output_neither_stops_the_command_nor_fills_the_record(database: TestDatabase) {
    let program = with_list(
        &database,
        &[
            "/bin/sh",
            "-c",
            "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2",
        ],
    )
    .await;

    let details = succeeded(&program, SCHEDULER).await;

    assert!(details.len() < 4_100, "{}", details.len());
    assert!(details.contains("xxxx") && details.contains("yyyy"));
}

#[each_database]
async fn background_processes_of_the_command_are_not_waited_for(database: TestDatabase) {
    let program = with_list(&database, &["/bin/sh", "-c", "sleep 20 & echo started"]).await;
    let began = Instant::now();

    let details = succeeded(&program, SCHEDULER).await;

    assert_eq!(details, "/bin/sh succeeded: started");
    assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
}

#[each_database]
async fn output_that_is_no_text_is_kept_readable(database: TestDatabase) {
    let program = with_list(&database, &["/usr/bin/printf", "\\377<b>&amp; 'quoted'"]).await;

    let details = succeeded(&program, SCHEDULER).await;

    assert_eq!(
        details,
        "/usr/bin/printf succeeded: \u{fffd}<b>&amp; 'quoted'"
    );
}
