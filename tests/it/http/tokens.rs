//! Named tokens, each with its role.

use std::{fs, path::Path};

use reqwest::Method;
use serde_json::json;
use sovani_ops::{
    clock::Clock,
    domain::{Role, TokenName},
    settings::{FreshToken, Grant},
};
use tempfile::TempDir;

use super::{healthy, overdrawn};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram, moment},
};

const RUN: &str = "/api/v1/ops/run-detectors";
const AUDIT: &str = "/api/v1/ops/audit";

fn fresh(name: &str, role: Role) -> FreshToken {
    FreshToken::make(name.parse::<TokenName>().unwrap(), role).unwrap()
}

/// The path of a file with these tokens.
fn written(folder: &TempDir, tokens: &[&FreshToken]) -> String {
    let path = folder.path().join("tokens");
    write(&path, tokens);
    path.to_str().unwrap().to_owned()
}

fn write(path: &Path, tokens: &[&FreshToken]) {
    let lines: Vec<_> = tokens.iter().map(|token| token.line.as_str()).collect();
    fs::write(path, lines.join("\n")).unwrap();
}

async fn asks(program: &TestProgram, method: Method, path: &str, token: &str) -> Answer {
    Answer::of(program.request(method, path).bearer_auth(token)).await
}

async fn closed_to_the_public(database: &TestDatabase, file: &str) -> TestProgram {
    Setup::beside(database)
        .with("ADMIN_TOKEN", "")
        .with("API_TOKENS", file)
        .with("API_PUBLIC_READ", "false")
        .start()
        .await
}

#[tokio::test]
async fn a_viewers_token_reads_and_an_admins_does_everything() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let (viewer, admin) = (fresh("grafana", Role::Viewer), fresh("deploy", Role::Admin));
        let file = written(&folder, &[&viewer, &admin]);
        let program = closed_to_the_public(&database, &file).await;
        let read = "/api/v1/ops/health";
        asks(&program, Method::GET, read, &viewer.token).await.ok();
        asks(&program, Method::GET, read, &admin.token).await.ok();
        asks(&program, Method::POST, RUN, &admin.token).await.ok();
        asks(&program, Method::GET, AUDIT, &admin.token).await.ok();
        for (method, path) in [(Method::POST, RUN), (Method::GET, AUDIT)] {
            let refused = asks(&program, method, path, &viewer.token).await;
            assert!(refused.problem(403).contains("for administrators"));
        }
        for wrong in [ADMIN_TOKEN, "grafana", &viewer.line, &viewer.token[1..]] {
            asks(&program, Method::GET, read, wrong).await.problem(401);
        }
        program.get(read).await.problem(401);
    })
    .await;
}

#[tokio::test]
async fn the_admin_token_stays_beside_the_file() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let deploy = fresh("deploy", Role::Admin);
        let program = Setup::beside(&database)
            .with("API_TOKENS", written(&folder, &[&deploy]))
            .start()
            .await;
        program.post(RUN).await.ok();
        asks(&program, Method::POST, RUN, &deploy.token).await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_file_is_reloaded_with_the_settings() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let (old, new) = (fresh("deploy", Role::Admin), fresh("deploy", Role::Admin));
        let file = written(&folder, &[&old]);
        let program = Setup::beside(&database)
            .with("API_TOKENS", &file)
            .start()
            .await;
        asks(&program, Method::POST, RUN, &old.token).await.ok();

        write(Path::new(&file), &[&new]);
        program.cx().settings.reload().unwrap();
        asks(&program, Method::POST, RUN, &old.token)
            .await
            .problem(401);
        asks(&program, Method::POST, RUN, &new.token).await.ok();

        fs::write(&file, "deploy admin").unwrap();
        program.cx().settings.reload().unwrap_err();
        asks(&program, Method::POST, RUN, &new.token).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_tokens_name_is_shown_where_its_holder_acts() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let deploy = fresh("deploy", Role::Admin);
        let program = overdrawn(&database)
            .await
            .with("API_TOKENS", written(&folder, &[&deploy]))
            .start()
            .await;
        program.sweep().await;
        let ack = "/api/v1/ops/incidents/1/ack";
        let incident = asks(&program, Method::POST, ack, &deploy.token).await.ok();
        assert_eq!(incident["acknowledged_by"], "REST (deploy)");
        let silence = "/api/v1/ops/silences?scope=all&duration=2h&by=Olga";
        let silence = asks(&program, Method::POST, silence, &deploy.token).await;
        assert_eq!(silence.json()["created_by"], "Olga");
        let audit = asks(&program, Method::GET, AUDIT, &deploy.token).await.ok();
        let shown = |row: usize| json!([audit[row]["actor"], audit[row]["actor_name"]]);
        assert_eq!(shown(0), json!(["rest:deploy", "deploy, for Olga"]));
        assert_eq!(shown(1), json!(["rest:deploy", "deploy"]));
    })
    .await;
}

#[tokio::test]
async fn a_client_with_too_many_wrong_tokens_has_to_wait() {
    on_sqlite(async |database| {
        let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
        let program = Setup::beside(&database).at(&clock).start().await;
        for _ in 0..60 {
            asks(&program, Method::POST, RUN, "wrong")
                .await
                .problem(401);
        }
        let wait = asks(&program, Method::POST, RUN, "wrong").await;
        wait.problem(429);
        assert_eq!(wait.header("retry-after"), "1");
        // Requests that need no token still work.
        program.get("/api/v1/ops/health").await.ok();

        clock.advance(chrono::Duration::seconds(2));
        asks(&program, Method::POST, RUN, "wrong")
            .await
            .problem(401);
        // No token is no attempt.
        for _ in 0..100 {
            Answer::of(program.request(Method::POST, RUN))
                .await
                .problem(401);
        }
        program.post(RUN).await.ok();
    })
    .await;
}

#[tokio::test]
async fn nobody_is_locked_out_by_the_wrong_tokens_of_others_at_the_same_address() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let (jobs, deploy) = ("the-heartbeat-token-1", fresh("deploy", Role::Admin));
        let file = folder.path().join("ops.toml");
        fs::write(&file, "[[job]]\nname = \"backup\"\nevery = \"1d\"\n").unwrap();
        let program = Setup::beside(&database)
            .with("API_TOKENS", written(&folder, &[&deploy]))
            .with("HEARTBEAT_TOKEN", jobs)
            .with("OPS_CONFIG", file.to_str().unwrap())
            .start()
            .await;
        let told = "/api/v1/ops/jobs/backup/start";
        for path in [RUN, told, AUDIT] {
            let method = if path == AUDIT {
                Method::GET
            } else {
                Method::POST
            };
            for _ in 0..70 {
                let request = program.request(method.clone(), path).bearer_auth("made-up");
                Answer::of(request.header("Host", "evil.example")).await;
            }
        }
        for token in [ADMIN_TOKEN, &deploy.token] {
            asks(&program, Method::POST, RUN, token).await.ok();
        }
        asks(&program, Method::POST, told, jobs).await.ok();
        asks(&program, Method::POST, RUN, "made-up")
            .await
            .problem(429);
    })
    .await;
}

#[tokio::test]
async fn wrong_tokens_are_counted_apart_for_jobs_and_for_everybody_else() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database)
            .with("HEARTBEAT_TOKEN", "the-heartbeat-token-1")
            .start()
            .await;
        for _ in 0..70 {
            asks(&program, Method::POST, RUN, "wrong").await;
        }
        asks(&program, Method::POST, RUN, "wrong")
            .await
            .problem(429);
        let told = "/api/v1/ops/jobs/backup/start";
        asks(&program, Method::POST, told, "wrong")
            .await
            .problem(401);
    })
    .await;
}

#[tokio::test]
async fn a_jobs_own_token_tells_of_that_job_and_of_nothing_else() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let name = "backup".parse::<TokenName>().unwrap();
        let backup = FreshToken::make(name, Grant::Job("backup".to_owned())).unwrap();
        let file = folder.path().join("ops.toml");
        let jobs =
            ["backup", "report"].map(|job| format!("[[job]]\nname = \"{job}\"\nevery = \"1d\"\n"));
        fs::write(&file, jobs.concat()).unwrap();
        let program = Setup::beside(&database)
            .with("API_TOKENS", written(&folder, &[&backup]))
            .with("API_PUBLIC_READ", "false")
            .with("OPS_CONFIG", file.to_str().unwrap())
            .start()
            .await;
        let post = async |path: &str| asks(&program, Method::POST, path, &backup.token).await;
        for told in ["start", "success", "fail?run=b"] {
            post(&format!("/api/v1/ops/jobs/backup/{told}")).await.ok();
            let refused = post(&format!("/api/v1/ops/jobs/report/{told}"))
                .await
                .problem(403);
            assert_eq!(refused, "this token may tell of the job \"backup\" alone");
        }
        post(RUN).await.problem(403);
        asks(&program, Method::GET, "/api/v1/ops/alerts", &backup.token)
            .await
            .problem(403);
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM ops_job_runs WHERE job = 'report'")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn refusals_do_not_fill_the_database() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for _ in 0..200 {
            Answer::of(program.request(Method::POST, RUN))
                .await
                .problem(401);
        }
        let written = database.number("SELECT COUNT(*) FROM ops_audit").await;
        assert!((20..=30).contains(&written), "{written}");
    })
    .await;
}
