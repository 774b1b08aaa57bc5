//! The actions of `sovani-ops.toml`, against a real command and a real server.

mod calls;

use std::{fs, path::Path, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use serde_json::json;
use sovani_ops::domain::{RemediationReport, RemediationStatus};
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::{anna, detector, remediate_by_hand};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{Setup, TestProgram},
};

const ANNA: i64 = 7;
const LATENCY: &str = "check_api_latency_p95";

/// The program with these actions, in a folder of their own.
async fn with_actions(database: &TestDatabase, actions: &str) -> (TestProgram, TempDir) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    fs::write(&file, actions).unwrap();
    let program = Setup::beside(database)
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("OPS_CONFIG", file.display().to_string())
        .with("AUTO_REMEDIATION_MAX_RETRIES", "0")
        .with("API_RESTART_TOKEN", "Bearer TOKEN-7f3")
        .start()
        .await;
    (program, folder)
}

fn command(words: &[&str], more: &str) -> String {
    format!(
        "[[action]]\nname = \"restart_api\"\nkind = \"command\"\ncommand = {}\ndetectors = [\"{LATENCY}\"]\n{more}",
        json!(words)
    )
}

async fn ran(program: &TestProgram, action: &str) -> RemediationReport {
    let detector = detector(LATENCY);
    remediate_by_hand(program.cx(), &detector, Some(action), &anna())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_command_runs_in_its_folder_with_the_environment_it_is_allowed() {
    on_sqlite(async |database| {
        let script = "pwd; env; printf 'red \\033[31mhot\\a' >&2; exit 3";
        let actions = command(
            &["/bin/sh", "-c", script],
            "env = [\"HOME\"]\ncwd = \"/usr\"",
        );
        let (program, _folder) = with_actions(&database, &actions).await;

        let report = ran(&program, "restart_api").await;

        assert_eq!(report.status, RemediationStatus::Failed);
        let details = report.details;
        assert!(
            details.starts_with("/bin/sh failed with exit status: 3: /usr\n"),
            "{details}"
        );
        assert!(
            details.contains("HOME=") && !details.contains("PATH=/"),
            "{details}"
        );
        assert!(details.ends_with("red [31mhot"), "{details}");
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_long_output_is_kept() {
    on_sqlite(async |database| {
        let script = "head -c 100000 /dev/zero | tr '\\0' x; echo the end";
        let (program, _folder) =
            with_actions(&database, &command(&["/bin/sh", "-c", script], "")).await;

        let details = ran(&program, "restart_api").await.details;

        assert!(
            details.ends_with("xthe end") && details.len() < 2_100,
            "{details}"
        );
    })
    .await;
}

/// Tells if the process exists and is not a zombie.
fn is_alive(id: &str) -> bool {
    let status = fs::read_to_string(Path::new("/proc").join(id).join("status"));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}

#[tokio::test]
async fn at_the_time_limit_all_that_a_command_has_started_ends() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let child = folder.path().join("child");
        let script = format!("sleep 600 & echo $! > '{}'; wait", child.display());
        let actions = command(
            &["/bin/sh", "-c", &script],
            "timeout = \"1s\"\nenv = [\"PATH\"]",
        );
        let (program, _folder) = with_actions(&database, &actions).await;

        let report = ran(&program, "restart_api").await;

        assert_eq!(report.details, "restart_api took longer than 1s");
        let id = fs::read_to_string(child).unwrap();
        eventually("the command's child is gone", async || !is_alive(id.trim())).await;
    })
    .await;
}

#[tokio::test]
async fn of_several_actions_one_is_chosen() {
    on_sqlite(async |database| {
        let (mut program, _folder) = with_actions(
            &database,
            &command(&["/bin/echo", "one; two"], "mode = \"approve\""),
        )
        .await;
        let anna = program.person(ANNA, "Anna");

        let choice = program
            .asks(&anna, ANNA, &format!("/remediate {LATENCY}"))
            .await;
        assert_eq!(choice.text, "🔧 Which action for check_api_latency_p95?");
        assert_eq!(
            choice.labels(),
            [["remediate_clear_cache"], ["restart_api"]]
        );
        anna.presses(ANNA, choice.id, "restart_api").unwrap();
        let question = program.answer_after(ANNA, choice.id).await;
        assert!(
            question.text.contains("[\"/bin/echo\",\"one; two\"]"),
            "{}",
            question.text
        );
        anna.presses(ANNA, question.id, "✅ Confirm").unwrap();
        program
            .reads(&question, "/bin/echo succeeded: one; two")
            .await;

        let path = format!("/api/v1/ops/remediate?alert_source={LATENCY}");
        assert_eq!(
            program.post(&path).await.ok()["action_name"],
            "remediate_clear_cache"
        );
        let body = program
            .post(&format!("{path}&action=restart_api"))
            .await
            .ok();
        assert_eq!(
            (&body["action_name"], &body["details"]),
            (
                &json!("restart_api"),
                &json!("/bin/echo succeeded: one; two")
            )
        );
        let page = program.get("/metrics").await.text;
        assert!(
            page.contains("auto_remediation_total{action=\"restart_api\",result=\"success\"} 2"),
            "{page}"
        );
        assert!(
            page.contains("auto_remediation_total{action=\"restart_api\",result=\"breaker\"} 0"),
            "{page}"
        );
        program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn text_from_outside_names_no_action_and_reaches_no_command() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let witness = folder.path().join("witness");
        let actions = command(
            &[
                "/bin/sh",
                "-c",
                &format!("echo \"$0 $*\" > '{}'", witness.display()),
            ],
            "",
        );
        let (mut program, _folder) = with_actions(&database, &actions).await;
        let anna = program.person(ANNA, "Anna");
        let hostile = [
            "restart_api; touch /tmp/x",
            "$(touch x)",
            "../restart_api",
            "RESTART_API",
            "restart_api ",
            "restart_api\n",
            "' OR 1=1 --",
            "remediate_vacuum_db",
            "<b>",
            "",
        ];
        let offer = program
            .asks(&anna, ANNA, &format!("/remediate {LATENCY}"))
            .await;
        for text in hostile {
            let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            program
                .post(&format!("/api/v1/ops/remediate?alert_source={encoded}"))
                .await
                .problem(404);
            let refused = program
                .post(&format!(
                    "/api/v1/ops/remediate?alert_source={LATENCY}&action={encoded}"
                ))
                .await
                .problem(404);
            assert_eq!(
                refused,
                format!("{LATENCY} has no such action; it has remediate_clear_cache, restart_api")
            );
            if !text.trim().is_empty() {
                let answer = program
                    .asks(&anna, ANNA, &format!("/remediate {text}"))
                    .await;
                assert!(
                    answer.keyboard.is_empty() || text.trim() == "restart_api",
                    "{answer:?}"
                );
            }
            for data in [
                format!("remediate:{text}"),
                format!("remediate:{LATENCY}:{text}"),
                format!("proposal:{text}:yes"),
            ] {
                let press = anna.presses_data(ANNA, offer.id, &data).unwrap();
                assert_eq!(
                    program.told(&press).await,
                    "This button has expired.",
                    "{data}"
                );
            }
        }
        program.stop().await;
        assert!(!witness.exists());
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM ops_remediation_history")
                .await,
            0
        );
    })
    .await;
}
