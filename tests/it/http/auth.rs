//! Authentication.

use reqwest::Method;
use tempfile::TempDir;

use super::{as_admin, healthy};
use crate::support::{
    database::on_sqlite,
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram},
};

const ADMIN_PATHS: [&str; 2] = [
    "/api/v1/ops/run-detectors",
    "/api/v1/ops/remediate?alert_source=check_api_latency_p95",
];
const READ_PATHS: [&str; 9] = [
    "/api/v1/ops/health",
    "/api/v1/ops/alerts",
    "/api/v1/ops/incidents",
    "/api/v1/ops/silences",
    "/api/v1/ops/slo",
    "/api/v1/ops/slo/summary",
    "/metrics",
    "/openapi.json",
    "/docs",
];

/// With what each is refused for when it is not for the token.
const CHANGES: [(Method, &str, u16); 4] = [
    (Method::POST, "/api/v1/ops/incidents/404/ack", 404),
    (Method::POST, "/api/v1/ops/incidents/x/resolve", 422),
    (Method::POST, "/api/v1/ops/silences", 422),
    (Method::DELETE, "/api/v1/ops/silences/404", 404),
];

async fn with_header(program: &TestProgram, method: Method, path: &str, value: &str) -> Answer {
    Answer::of(program.request(method, path).header("Authorization", value)).await
}

fn refused(answer: &Answer) {
    answer.problem(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn an_admin_endpoint_wants_the_token_and_nothing_like_it() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let wrong = [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            ADMIN_TOKEN.to_owned(),
            format!("Basic {ADMIN_TOKEN}"),
            format!("Bearer {}", &ADMIN_TOKEN[1..]),
            format!("Bearer {ADMIN_TOKEN}{ADMIN_TOKEN}"),
            format!("Bearer {}", ADMIN_TOKEN.to_uppercase()),
        ];
        for path in ADMIN_PATHS {
            refused(&Answer::of(program.request(Method::POST, path)).await);
            for value in &wrong {
                refused(&with_header(&program, Method::POST, path, value).await);
            }
            program.post(path).await.ok();
            with_header(
                &program,
                Method::POST,
                path,
                &format!("bearer {ADMIN_TOKEN}"),
            )
            .await
            .ok();
        }
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM ops_remediation_history")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_needs_the_token_before_anything_else_is_checked() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for (method, path, status) in CHANGES {
            refused(&Answer::of(program.request(method.clone(), path)).await);
            refused(&with_header(&program, method.clone(), path, "Bearer wrong").await);
            let answer = as_admin(&program, method, path).await;
            assert_eq!(answer.status, status, "{path}");
        }
        let disabled = Setup::beside(&database)
            .with("ADMIN_TOKEN", "")
            .start()
            .await;
        for (method, path, _) in CHANGES {
            let problem = as_admin(&disabled, method, path).await.problem(403);
            assert!(problem.contains("disabled"), "{problem}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_in_the_query_is_no_token() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let path = format!("/api/v1/ops/run-detectors?token={ADMIN_TOKEN}");
        refused(&Answer::of(program.request(Method::POST, &path)).await);
    })
    .await;
}

#[tokio::test]
async fn admin_endpoints_are_disabled_without_a_token_in_the_settings() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database)
            .with("ADMIN_TOKEN", "")
            .start()
            .await;
        for path in ADMIN_PATHS {
            let problem = program.post(path).await.problem(403);
            assert!(problem.contains("disabled"), "{problem}");
        }
        for path in READ_PATHS {
            assert_eq!(program.get(path).await.status, 200, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn reading_wants_the_token_when_it_is_not_public() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database)
            .with("API_PUBLIC_READ", "false")
            .start()
            .await;
        for path in READ_PATHS {
            refused(&program.get(path).await);
            let answer = with_header(
                &program,
                Method::GET,
                path,
                &format!("Bearer {ADMIN_TOKEN}"),
            )
            .await;
            assert_eq!(answer.status, 200, "{path}");
        }
        program.get("/healthz").await.ok();
        assert_ne!(program.get("/readyz").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn reading_is_disabled_when_it_is_not_public_and_there_is_no_token() {
    on_sqlite(async |database| {
        let setup = Setup::beside(&database).with("API_PUBLIC_READ", "false");
        let program = setup.with("ADMIN_TOKEN", "").start().await;
        for path in READ_PATHS {
            assert!(program.get(path).await.problem(403).contains("disabled"));
        }
        program.get("/healthz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_new_token_counts_as_soon_as_the_settings_are_reloaded() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("settings.env");
        let program = Setup::beside(&database).start_on_file(&file).await;
        program.post(ADMIN_PATHS[0]).await.ok();

        let changed = std::fs::read_to_string(&file)
            .unwrap()
            .replace(ADMIN_TOKEN, "another-token-of-the-tests");
        std::fs::write(&file, changed).unwrap();
        program.cx().settings.reload().unwrap();

        refused(&program.post(ADMIN_PATHS[0]).await);
        with_header(
            &program,
            Method::POST,
            ADMIN_PATHS[0],
            "Bearer another-token-of-the-tests",
        )
        .await
        .ok();
    })
    .await;
}

#[tokio::test]
async fn only_by_address_is_reading_open_to_all_unless_that_is_said() {
    on_sqlite(async |database| {
        let by_host = async |program: &TestProgram, host: &str| {
            let request = program.request(Method::GET, READ_PATHS[1]);
            Answer::of(request.header("Host", host)).await
        };
        let mut program = healthy(&database).await;
        for host in [
            "127.0.0.1:8000",
            "localhost",
            "LocalHost:80",
            "[::1]:8000",
            "192.0.2.7",
        ] {
            assert_eq!(by_host(&program, host).await.status, 200, "{host}");
        }
        for host in [
            "ops.example:8000",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
        ] {
            let problem = by_host(&program, host).await.problem(403);
            assert!(problem.contains("API_PUBLIC_READ"), "{host}: {problem}");
        }
        let with_token = program
            .request(Method::GET, READ_PATHS[1])
            .header("Host", "ops.example")
            .header("Authorization", format!("Bearer {ADMIN_TOKEN}"));
        assert_eq!(Answer::of(with_token).await.status, 200);
        program.stop().await;

        let setup = Setup::beside(&database).with("API_PUBLIC_READ", "true");
        let program = setup.start().await;
        assert_eq!(by_host(&program, "ops.example").await.status, 200);
    })
    .await;
}
