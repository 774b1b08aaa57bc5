//! Answers that are shared by those who ask the same.

use futures::future::join_all;
use reqwest::Method;

use super::{as_admin, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ADMIN_TOKEN, Answer, TestProgram},
};

const HEALTH: &str = "/api/v1/ops/health";
const ALERTS: &str = "/api/v1/ops/alerts";

/// As any client asks.
async fn ask(program: &TestProgram, path: &str) -> Answer {
    Answer::of(program.request(Method::GET, path)).await
}

async fn insert_alert(database: &TestDatabase) {
    let insert =
        "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
        VALUES ('2025-10-02 08:00:00', 's', 'info', 'm', 'f')";
    database.execute(insert).await;
}

fn count(answer: &Answer) -> usize {
    answer.ok().as_array().unwrap().len()
}

/// Asks until an answer is that of another request. A busy machine may take over a second between two.
async fn shared(program: &TestProgram, path: &str) -> Answer {
    loop {
        let answer = ask(program, path).await;
        if !answer.header("age").is_empty() {
            return answer;
        }
    }
}

#[each_database]
async fn who_asks_the_same_within_a_second_gets_the_same_answer(database: TestDatabase) {
    let program = healthy(&database).await;
    for path in [
        HEALTH,
        ALERTS,
        "/api/v1/ops/slo/summary?days=30",
        "/metrics",
    ] {
        let answer = shared(&program, path).await;
        assert_eq!((answer.status.as_u16(), answer.header("age")), (200, "0"));
        assert_ne!(answer.header("content-type"), "", "{path}");
    }
    let other = ask(&program, &format!("{ALERTS}?limit=1")).await;
    assert_eq!(other.header("age"), "", "another question");
    let tag = shared(&program, ALERTS).await.header("etag").to_owned();
    let known = program
        .request(Method::GET, ALERTS)
        .header("if-none-match", tag);
    assert_eq!(Answer::of(known).await.status, 304);
}

#[each_database]
async fn no_answer_outlives_a_write_of_the_program(database: TestDatabase) {
    let program = healthy(&database).await;
    let silences = "/api/v1/ops/silences";
    for held in 0..20 {
        assert_eq!(count(&ask(&program, silences).await), held);
        let silence = format!("{silences}?scope=all&duration=2h");
        assert_eq!(as_admin(&program, Method::POST, &silence).await.status, 201);
    }
}

#[tokio::test]
async fn what_others_write_is_seen_a_second_later() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        assert_eq!(count(&shared(&program, ALERTS).await), 0);
        insert_alert(&database).await;
        let begun = std::time::Instant::now();
        while count(&ask(&program, ALERTS).await) == 0 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(30));
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_what_another_was_allowed_to_read() {
    on_sqlite(async |database| {
        let setup = crate::support::program::Setup::beside(&database);
        let program = setup.with("API_PUBLIC_READ", "false").start().await;
        let of_admin = as_admin(&program, Method::GET, HEALTH).await;
        assert_eq!(of_admin.status, 200);
        assert_eq!(ask(&program, HEALTH).await.status, 401);
        let wrong = program.request(Method::GET, HEALTH).bearer_auth("wrong");
        assert_eq!(Answer::of(wrong).await.status, 401);
        let again = program
            .request(Method::GET, HEALTH)
            .bearer_auth(ADMIN_TOKEN);
        assert_eq!(Answer::of(again).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn an_error_is_not_kept() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for _ in 0..2 {
            let answer = ask(&program, &format!("{ALERTS}?limit=0")).await;
            assert_eq!((answer.status.as_u16(), answer.header("age")), (422, ""));
        }
    })
    .await;
}

#[tokio::test]
async fn questions_that_are_all_different_are_answered_and_not_kept() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let paths: Vec<String> = (0..100).map(|n| format!("{ALERTS}?n={n}")).collect();
        let answers = join_all(paths.iter().map(|path| ask(&program, path))).await;
        assert!(
            answers
                .iter()
                .all(|answer| answer.status == 200 || answer.status == 503)
        );
        assert_eq!(ask(&program, ALERTS).await.status, 200);
    })
    .await;
}
