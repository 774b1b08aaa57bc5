//! Jobs that tell of themselves.

use std::{path::PathBuf, sync::LazyLock};

use chrono::Duration;
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use sovani_ops::clock::Clock;
use tempfile::TempDir;
use tokio::process::Command;

use super::{as_admin, faults};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{Answer, Setup, TestProgram, moment},
};

pub const HEARTBEAT_TOKEN: &str = "heartbeat-token-of-the-tests";

/// Lists `backup`, due every hour, and `report`.
static JOBS: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    let jobs = "[[job]]\nname = \"backup\"\nevery = \"1h\"\n[[job]]\nname = \"report\"\ncron = \"0 7 * * *\"\n";
    std::fs::write(&file, jobs).unwrap();
    (folder, file)
});

pub fn with_a_job(setup: Setup) -> Setup {
    setup
        .with("OPS_CONFIG", JOBS.1.display().to_string())
        .with("HEARTBEAT_TOKEN", HEARTBEAT_TOKEN)
}

async fn program(database: &TestDatabase) -> TestProgram {
    with_a_job(Setup::beside(database)).start().await
}

async fn tell(program: &TestProgram, what: &str) -> Answer {
    let path = format!("/api/v1/ops/jobs/{what}");
    Answer::of(
        program
            .request(Method::POST, &path)
            .bearer_auth(HEARTBEAT_TOKEN),
    )
    .await
}

/// The accepted answer.
async fn told(program: &TestProgram, what: &str) -> String {
    let answer = tell(program, what).await.ok();
    format!("{} {}", answer["run"], answer["status"].as_str().unwrap())
}

/// `run started ended status message`, in the order of their numbers.
async fn runs(database: &TestDatabase) -> Vec<String> {
    let at = |column: &str| format!("COALESCE(SUBSTR(CAST({column} AS TEXT), 12, 8), '-')");
    let query = format!(
        "SELECT COALESCE(run, '-') || ' ' || {} || ' ' || {} || ' ' || status || ' ' || COALESCE(message, '-')
         FROM ops_job_runs ORDER BY id",
        at("started_at"),
        at("finished_at"),
    );
    database.texts(query).await
}

#[each_database]
async fn a_run_starts_and_ends(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = with_a_job(Setup::beside(&database))
        .at(&clock)
        .start()
        .await;
    let answer = tell(&program, "backup/start").await.ok();
    assert_eq!(
        answer,
        json!({"job": "backup", "run": 1, "status": "running"})
    );
    clock.advance(Duration::minutes(3));
    assert_eq!(told(&program, "backup/success").await, "1 success");
    clock.advance(Duration::hours(1));
    assert_eq!(told(&program, "backup/start").await, "2 running");
    clock.advance(Duration::minutes(1));
    assert_eq!(
        told(&program, "backup/fail?message=%20disk%20full%20").await,
        "2 failed"
    );
    // An end without a start; other jobs are not affected.
    assert_eq!(told(&program, "report/start").await, "3 running");
    clock.advance(Duration::hours(1));
    assert_eq!(told(&program, "backup/success").await, "4 success");
    assert_eq!(
        runs(&database).await,
        [
            "- 09:00:00 09:03:00 success -",
            "- 10:03:00 10:04:00 failed disk full",
            "- 10:04:00 - running -",
            "- 11:04:00 11:04:00 success -",
        ]
    );
}

#[each_database]
async fn a_call_that_comes_again_is_the_same_call(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = with_a_job(Setup::beside(&database))
        .at(&clock)
        .start()
        .await;
    let mut answers = Vec::new();
    for (seconds, what) in [
        (0, "start"),
        (60, "start"),
        (1, "start"),
        (0, "success"),
        (0, "success"),
        (9, "success"),
        (60, "success"),
        (61, "success"),
        (0, "fail"),
        (60, "fail"),
        (61, "fail"),
        (0, "success"),
    ] {
        clock.advance(Duration::seconds(seconds));
        answers.push(format!(
            "{what} {}",
            told(&program, &format!("backup/{what}")).await
        ));
    }
    assert_eq!(
        answers,
        [
            "start 1 running",
            "start 1 running",
            "start 2 running",
            // Each end ends a run while there is one.
            "success 2 success",
            "success 1 success",
            "success 2 success",
            "success 3 success",
            "success 4 success",
            "fail 5 failed",
            "fail 5 failed",
            "fail 6 failed",
            "success 7 success",
        ]
    );
}

#[each_database]
async fn a_run_with_a_name_is_that_run_whenever_it_is_told_of(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = with_a_job(Setup::beside(&database))
        .at(&clock)
        .start()
        .await;
    assert_eq!(told(&program, "backup/start?run=n-1").await, "1 running");
    assert_eq!(told(&program, "backup/start?run=n-2").await, "2 running");
    clock.advance(Duration::hours(5));
    assert_eq!(told(&program, "backup/start?run=n-1").await, "1 running");
    assert_eq!(told(&program, "backup/success?run=n-1").await, "1 success");
    clock.advance(Duration::hours(5));
    assert_eq!(told(&program, "backup/success?run=n-1").await, "1 success");
    // The start arrives after the end, out of order.
    assert_eq!(told(&program, "backup/start?run=n-1").await, "1 success");
    assert_eq!(told(&program, "backup/fail?run=n-3").await, "3 failed");
    // The same name for another job is another run.
    assert_eq!(told(&program, "report/success?run=n-1").await, "4 success");
    let problem = tell(&program, "backup/fail?run=n-1").await.problem(409);
    assert_eq!(problem, "run \"n-1\" of backup has ended already: success");
    let problem = tell(&program, "backup/success?run=n-3").await.problem(409);
    assert_eq!(problem, "run \"n-3\" of backup has ended already: failed");
    assert_eq!(
        runs(&database).await,
        [
            "n-1 09:00:00 14:00:00 success -",
            "n-2 09:00:00 - running -",
            "n-3 19:00:00 19:00:00 failed -",
            "n-1 19:00:00 19:00:00 success -",
        ]
    );
}

#[each_database]
async fn calls_at_the_same_time_are_one_run(database: TestDatabase) {
    let program = program(&database).await;
    let calls = ["start", "start?run=a", "success?run=a", "success?run=b"];
    for call in calls {
        let path = format!("backup/{call}");
        let answers = join_all((0..8).map(|_| told(&program, &path))).await;
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{call} {answers:?}"
        );
    }
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_job_runs").await,
        3
    );
}

#[each_database]
async fn a_job_that_runs_wild_does_not_fill_the_database(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = with_a_job(Setup::beside(&database))
        .at(&clock)
        .start()
        .await;
    for run in 0..240 {
        told(&program, &format!("backup/success?run=n-{run}")).await;
    }
    let refused = tell(&program, "backup/success?run=n-240").await;
    let problem = refused.problem(429);
    assert!(
        problem.starts_with("backup has told of 240 runs within the hour"),
        "{problem}"
    );
    assert_eq!(refused.header("retry-after"), "3600");
    // A known run is answered, and other jobs are accepted.
    told(&program, "backup/success?run=n-239").await;
    told(&program, "report/start").await;
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_job_runs").await,
        241
    );
    clock.advance(Duration::minutes(61));
    told(&program, "backup/success?run=n-240").await;
}

#[tokio::test]
async fn jobs_have_a_token_of_their_own_and_nobody_elses_does() {
    on_sqlite(async |database| {
        let program = program(&database).await;
        let path = "/api/v1/ops/jobs/backup/start";
        let refused = |answer: &Answer| {
            assert!(answer.problem(401).contains("HEARTBEAT_TOKEN"));
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        };
        refused(&Answer::of(program.request(Method::POST, path)).await);
        refused(&as_admin(&program, Method::POST, path).await);
        // Nor is anything said of the job before.
        refused(&as_admin(&program, Method::POST, "/api/v1/ops/jobs/x/start?run=%00").await);
        let admins = [
            "run-detectors",
            "remediate?alert_source=check_db_growth",
            "silences",
        ];
        for path in admins {
            let path = format!("/api/v1/ops/{path}");
            let request = program
                .request(Method::POST, &path)
                .bearer_auth(HEARTBEAT_TOKEN);
            assert!(
                Answer::of(request)
                    .await
                    .problem(401)
                    .contains("ADMIN_TOKEN")
            );
        }
        let answer = Answer::of(
            program
                .request(Method::GET, path)
                .bearer_auth(HEARTBEAT_TOKEN),
        )
        .await;
        answer.problem(405);
        assert_eq!(
            database.number("SELECT COUNT(*) FROM ops_job_runs").await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn without_a_token_in_the_settings_heartbeats_are_disabled() {
    on_sqlite(async |database| {
        let program = with_a_job(Setup::beside(&database))
            .with("HEARTBEAT_TOKEN", "")
            .start()
            .await;
        let problem = tell(&program, "backup/start").await.problem(403);
        assert_eq!(problem, "disabled: HEARTBEAT_TOKEN is not set");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_not_listed_is_told_which_are() {
    on_sqlite(async |database| {
        let program = program(&database).await;
        let problem = tell(&program, "back%20up/success").await.problem(404);
        assert_eq!(
            problem,
            "there is no job \"back up\" in sovani-ops.toml; there are: backup, report"
        );
        tell(&program, "%ff%fe/success").await.problem(404);
        tell(&program, "backup/begin").await.problem(404);
        let none = Setup::beside(&database)
            .with("HEARTBEAT_TOKEN", HEARTBEAT_TOKEN)
            .start()
            .await;
        let problem = tell(&none, "backup/success").await.problem(404);
        assert_eq!(
            problem,
            "there is no job \"backup\" in sovani-ops.toml; there are none"
        );
    })
    .await;
}

#[tokio::test]
async fn unstorable_text_is_refused_and_long_text_is_cut() {
    on_sqlite(async |database| {
        let program = program(&database).await;
        for (what, told) in [
            ("start?run=", "query.run string_too_short"),
            (
                &*format!("success?run={}", "a".repeat(65)),
                "query.run string_too_long",
            ),
            ("fail?run=a/b", "query.run value_error"),
            (
                "fail?run=%D1%8F&message=a%0Ab",
                "query.run value_error, query.message value_error",
            ),
            ("fail?message=%00", "query.message value_error"),
        ] {
            assert_eq!(
                faults(&tell(&program, &format!("backup/{what}")).await),
                told,
                "{what}"
            );
        }
        assert_eq!(
            database.number("SELECT COUNT(*) FROM ops_job_runs").await,
            0
        );
        let path = format!(
            "backup/fail?run={}&message={}",
            "a".repeat(64),
            "%D1%8F".repeat(501)
        );
        tell(&program, &path).await.ok();
        let kept = "SELECT LENGTH(message) FROM ops_job_runs";
        assert_eq!(database.number(kept).await, 500);
    })
    .await;
}

#[tokio::test]
async fn a_lost_database_is_told_so_that_the_job_tries_again() {
    on_sqlite(async |database| {
        let program = program(&database).await;
        program.cx().db.close().await;
        assert_eq!(
            tell(&program, "backup/start").await.problem(503),
            "database unavailable"
        );
    })
    .await;
}

/// The lines of the README, but for the address.
#[tokio::test]
async fn the_documented_cron_line_works_with_a_real_curl() {
    on_sqlite(async |database| {
        if Command::new("curl").arg("--version").output().await.is_err() {
            return;
        }
        let program = program(&database).await;
        let folder = TempDir::new().unwrap();
        let header = folder.path().join("heartbeat.header");
        std::fs::write(&header, format!("Authorization: Bearer {HEARTBEAT_TOKEN}\n")).unwrap();
        let readme = include_str!("../../../README.md");
        let documented: Vec<&str> = readme.lines().filter(|line| line.contains("heartbeat.header ")).collect();
        let [line] = documented[..] else { panic!("one line: {documented:?}") };
        let (_, command) = line.split_once(" * ").unwrap();
        let command = command
            .trim_start_matches(['*', ' '])
            .replace("/etc/sovani/heartbeat.header", &header.display().to_string())
            .replace("127.0.0.1:8000", program.address());
        for (backup, expected) in [("true", "- success"), ("false", "- failed")] {
            let script = command.replace("/usr/local/bin/backup", backup);
            let run = Command::new("sh").args(["-c", &script]).output().await.unwrap();
            assert!(run.status.success(), "{script}: {run:?}");
            let newest = "SELECT COALESCE(run, '-') || ' ' || status FROM ops_job_runs ORDER BY id DESC LIMIT 1";
            assert_eq!(database.texts(newest).await, [expected]);
            database.execute("DELETE FROM ops_job_runs").await;
        }
    })
    .await;
}
